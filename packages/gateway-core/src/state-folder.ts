import { openStore, type Store, StoreError } from "@openclaw/store";
import { GatewayError } from "./errors.ts";
import { ephemeralKey, gatewayKey } from "./gateway-key.ts";
import type { Loaded } from "./load.ts";
import { acquireLock, type Lock } from "./lock.ts";
import type { Logger } from "./options.ts";
import { createWriteWatch, type WriteWatch } from "./state/write-watch.ts";

/** The durable side of a gateway: claimed, opened, to be released. */
export interface StateFolder {
  readonly store: Store;
  /** Key that device tokens are derived from. */
  readonly tokenKey: Uint8Array;
  readonly writes: WriteWatch;
  /** Closes the store and gives up the claim. */
  release(): Promise<void>;
}

export interface StateFolderOptions {
  readonly loaded: Loaded;
  /** Port we listen on; 0 on a server of the host. */
  readonly port: number;
  /** Whether a second gateway can ask for our instance id there. */
  readonly isAskable: boolean;
  readonly instanceId: string;
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * Claims the state folder and opens what is in it; without a folder everything lives in memory.
 *
 * @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE
 */
export async function openStateFolder(options: StateFolderOptions): Promise<StateFolder> {
  const { loaded, logger, now, ...claim } = options;
  const writes = createWriteWatch({ now, logger });
  const open = (path: string) => openStore({ path, logger, onTransaction: (report) => writes.note(report) });
  if (!loaded.isDurable) {
    const store = await open(":memory:");
    return { store, tokenKey: ephemeralKey(), writes, release: () => store.close() };
  }
  const { stateDir, configPath, identityDir, storePath } = loaded.paths;
  const lock = await acquireLock({ stateDir, configPath, now: now(), ...claim });
  try {
    const tokenKey = await gatewayKey(identityDir);
    const store = await open(storePath);
    return { store, tokenKey, writes, release: () => releaseAll(store, lock) };
  } catch (error) {
    await lock.release();
    if (error instanceof GatewayError) throw error;
    // Whoever holds the store without answering on the lock's port is stuck or hidden, but alive.
    const isOwned = error instanceof StoreError && error.code === "owned";
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError(
      isOwned ? "STATE_IN_USE" : "STATE_UNUSABLE",
      `the store ${storePath} cannot be opened: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

async function releaseAll(store: Store, lock: Lock): Promise<void> {
  try {
    await store.close();
  } finally {
    await lock.release();
  }
}
