import { openStore, type Store, StoreError } from "@openclaw/store";
import type { InstanceClaims } from "./claims/instance-claims.ts";
import { acquireLock, type Claimant } from "./claims/lock.ts";
import { GatewayError } from "./errors.ts";
import { ephemeralKey, gatewayKey } from "./gateway-key.ts";
import type { Loaded } from "./load.ts";
import type { Logger } from "./options.ts";
import { runAll } from "./run-all.ts";
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
  readonly claimant: Claimant;
  /** What the instance holds besides; taken with the folder, and given up with it. */
  readonly claims: InstanceClaims;
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * Claims the state folder and opens what is in it; without a folder everything lives in memory.
 *
 * @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE
 */
export async function openStateFolder(options: StateFolderOptions): Promise<StateFolder> {
  const { loaded, claimant, claims, logger, now } = options;
  const writes = createWriteWatch({ now, logger });
  const open = (path: string) => openStore({ path, logger, onTransaction: (report) => writes.note(report) });
  if (!loaded.isDurable) {
    const store = await open(":memory:");
    return { store, tokenKey: ephemeralKey(), writes, release: () => store.close() };
  }
  const { stateDir, identityDir, storePath } = loaded.paths;
  const lock = await acquireLock({ stateDir, ...claimant });
  const giveUp = () => runAll([() => claims.release(), () => lock.release()]);
  try {
    await claims.acquire();
    const tokenKey = await gatewayKey(identityDir);
    const store = await open(storePath);
    return { store, tokenKey, writes, release: () => runAll([() => store.close(), giveUp]) };
  } catch (error) {
    await giveUp();
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
