import { stat } from "node:fs/promises";
import { checkStore, type StoreCheck } from "@openclaw/store";
import { acquireLock, newInstanceId } from "./lock.ts";

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
  const claim = { port: 0, isAskable: false, now: Date.now(), instanceId: newInstanceId() };
  const lock = await acquireLock({ stateDir, configPath, ...claim });
  try {
    return { ...(await checkStore(storePath)), path: storePath };
  } finally {
    await lock.release();
  }
}
