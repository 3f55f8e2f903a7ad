import { readFile } from "node:fs/promises";

import { readFields } from "../read-fields.ts";

/** What the lock of a state folder tells about the gateway that holds it; a claim, not a proof that it lives. */
export interface LockClaim {
  readonly pid?: number;
  readonly port?: number;
  readonly configPath?: string;
  /** Boot of that gateway, by which it is known again. */
  readonly instanceId?: string;
}

/** Reads the lock of a state folder; nothing when there is none. */
export async function lockClaim(lockPath: string): Promise<LockClaim> {
  try {
    const { pid, port, configPath, instanceId } = readFields(JSON.parse(await readFile(lockPath, "utf8")));
    return {
      ...(typeof pid === "number" && { pid }),
      ...(typeof port === "number" && port > 0 && { port }),
      ...(typeof configPath === "string" && { configPath }),
      ...(typeof instanceId === "string" && { instanceId }),
    };
  } catch {
    return {};
  }
}

/** Process that the lock of a state folder names for a port. */
export async function lockHolder(lockPath: string, port: number): Promise<number | undefined> {
  const claim = await lockClaim(lockPath);
  return claim.port === port ? claim.pid : undefined;
}
