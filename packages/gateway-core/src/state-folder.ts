import { openStore, type Store, StoreError } from "@openclaw/store";
import { GatewayError } from "./errors.ts";
import { ephemeralKey, gatewayKey } from "./gateway-key.ts";
import type { Loaded } from "./load.ts";
import { acquireLock, type Lock } from "./lock.ts";
import type { Logger } from "./options.ts";

/** The durable side of a gateway: claimed, opened, to be released. */
export interface StateFolder {
  readonly store: Store;
  /** Key that device tokens are derived from. */
  readonly tokenKey: Uint8Array;
  /** Closes the store and gives up the claim. */
  release(): Promise<void>;
}

export interface StateFolderOptions {
  readonly loaded: Loaded;
  /** Port a second gateway can ask for our instance id; 0 when it cannot. */
  readonly port: number;
  readonly instanceId: string;
  readonly now: number;
  readonly logger: Logger;
}

/**
 * Claims the state folder and opens what is in it; without a folder everything lives in memory.
 *
 * @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE
 */
export async function openStateFolder(options: StateFolderOptions): Promise<StateFolder> {
  const { loaded, logger, ...claim } = options;
  if (!loaded.isDurable) {
    const store = await openStore({ path: ":memory:", logger });
    return { store, tokenKey: ephemeralKey(), release: () => store.close() };
  }
  const { paths } = loaded;
  const lock = await acquireLock({ stateDir: paths.stateDir, configPath: paths.configPath, ...claim });
  try {
    const tokenKey = await gatewayKey(paths.identityDir);
    const store = await openStore({ path: paths.storePath, logger });
    return { store, tokenKey, release: () => releaseAll(store, lock) };
  } catch (error) {
    await lock.release();
    if (error instanceof GatewayError) throw error;
    // Whoever holds the store without answering on the lock's port is stuck or hidden, but alive.
    const isOwned = error instanceof StoreError && error.code === "owned";
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError(
      isOwned ? "STATE_IN_USE" : "STATE_UNUSABLE",
      `the store ${paths.storePath} cannot be opened: ${reason}`,
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
