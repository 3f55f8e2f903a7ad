import { stat } from "node:fs/promises";
import { join } from "node:path";
import { checkStore, type StoreCheck } from "@openclaw/store";
import { acquireLock, isAlive, newInstanceId, readLock } from "./claims/lock.ts";
import { GatewayError } from "./errors.ts";

/** What is needed to look at a state folder. */
export interface StatePlace {
  readonly stateDir: string;
  readonly storePath: string;
  readonly configPath: string;
}

/** What a look at the state found. */
export type StateCheck = StoreCheck & { readonly path: string };

/**
 * Checks what a gateway keeps, under its lock, so that none starts meanwhile; writes nothing and listens nowhere.
 *
 * @throws {GatewayError} STATE_IN_USE when a living gateway holds it, STATE_UNUSABLE
 */
export async function checkState({ stateDir, storePath, configPath }: StatePlace): Promise<StateCheck> {
  const isThere = await stat(stateDir).then(
    () => true,
    () => false,
  );
  // Taking the lock would make the folder.
  if (!isThere) return { ok: true, exists: false, problems: [], path: storePath };
  await refuseHolder(join(stateDir, "gateway.lock"));
  const claim = {
    port: 0,
    isAskable: false,
    now: Date.now(),
    instanceId: newInstanceId(),
    isLook: true as const,
  };
  const lock = await acquireLock({ stateDir, configPath, ...claim });
  try {
    return { ...(await checkStore(storePath)), path: storePath };
  } finally {
    await lock.release();
  }
}

// A gateway that hangs does not answer for its lock: to start in its place is one thing, to take it for a look another.
async function refuseHolder(path: string): Promise<void> {
  const holder = await readLock(path);
  if (holder === undefined || holder.isLook || !(await isAlive(holder))) return;
  throw new GatewayError("STATE_IN_USE", `gateway already running (pid ${holder.pid}, port ${holder.port})`);
}
