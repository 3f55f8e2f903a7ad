import type { DeviceTokens } from "../devices/device-tokens.ts";
import type { KeyedLock } from "../devices/keyed-lock.ts";
import type { PendingRequests } from "../devices/pending-requests.ts";
import type { DeviceStore, PairedDevice } from "../devices/store.ts";
import type { DeviceEndings } from "../standing/device-endings.ts";

/** What the desk shares with the registry that admits devices: both work on the same records, one after another. */
export interface DeskParts {
  readonly store: DeviceStore;
  readonly requests: PendingRequests;
  readonly lock: KeyedLock;
  readonly tokens: DeviceTokens;
  readonly endings: DeviceEndings;
  /** Epoch ms. */
  readonly now: () => number;
  readonly logger?: Pick<Console, "info"> | undefined;
}

/** Works on the record of one device while nobody else does. */
export function withRecord<T>(
  { lock, store }: DeskParts,
  deviceId: string,
  task: (record: PairedDevice | undefined) => Promise<T>,
): Promise<T> {
  return lock.run(deviceId, async () => task(await store.device(deviceId)));
}
