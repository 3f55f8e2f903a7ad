import { readFile } from "node:fs/promises";

import { readFields } from "../read-fields.ts";

/** Process that the lock of a state folder names for a port; a claim, not a proof that it lives. */
export async function lockHolder(lockPath: string, port: number): Promise<number | undefined> {
  try {
    const record = readFields(JSON.parse(await readFile(lockPath, "utf8")));
    return record.port === port && typeof record.pid === "number" ? record.pid : undefined;
  } catch {
    return undefined;
  }
}
