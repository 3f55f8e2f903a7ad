import type { Role } from "@openclaw/protocol";
import type { ClientDetails } from "./client-details.ts";
import type { ProvenDevice } from "./device-proof.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { DeviceStore, PendingPairing } from "./store.ts";

/** A request waits this long after the device last asked. */
const PENDING_TTL_MS = 300_000;

/** Requests of all devices that may wait at the same time; a flood must not bury the real one (T-PAIR-12). */
const MAX_PENDING = 50;

/** What a device asks for. */
export interface PairingWish {
  readonly device: ProvenDevice;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly details: ClientDetails;
  readonly isRepair: boolean;
}

/** The request that now waits, or when there is room for it again. */
export type PendingVerdict =
  | { readonly ok: true; readonly request: PendingPairing; readonly isNew: boolean }
  | { readonly ok: false; readonly retryAfterMs: number };

/** What the requests are kept in, and where their times and ids come from. */
export interface PendingRequestsOptions {
  readonly store: DeviceStore;
  /** Epoch ms. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Requests that wait for the owner: one per device, each for a limited time, limited in number. */
export class PendingRequests {
  readonly #options: PendingRequestsOptions;
  readonly #lock = new KeyedLock();

  constructor(options: PendingRequestsOptions) {
    this.#options = options;
  }

  /** All requests that have not expired; the others are removed. */
  async all(): Promise<readonly PendingPairing[]> {
    const { store, now } = this.#options;
    const all = await store.pending();
    const isLive = (request: PendingPairing) => request.ts + PENDING_TTL_MS > now();
    for (const request of all) if (!isLive(request)) await store.removePending(request.requestId);
    return all.filter(isLive);
  }

  /** The open request of a device. */
  async of(deviceId: string): Promise<PendingPairing | undefined> {
    return (await this.all()).find((request) => request.deviceId === deviceId);
  }

  /** An open request by its id. */
  async find(requestId: string): Promise<PendingPairing | undefined> {
    return (await this.all()).find((request) => request.requestId === requestId);
  }

  /** Takes a request off the list; resolves to what was there. */
  remove(requestId: string): Promise<PendingPairing | undefined> {
    return this.#options.store.removePending(requestId);
  }

  /** Adds a request, or merges it into the open one of the same device, which keeps its id and gets a fresh term. */
  file(wish: PairingWish): Promise<PendingVerdict> {
    return this.#lock.run("file", async () => {
      const live = await this.all();
      const open = live.find((request) => request.deviceId === wish.device.deviceId);
      if (open === undefined && live.length >= MAX_PENDING) {
        const oldest = Math.min(...live.map((request) => request.ts));
        return { ok: false, retryAfterMs: oldest + PENDING_TTL_MS - this.#options.now() };
      }
      const request = open === undefined ? this.#fresh(wish) : merge(open, wish, this.#options.now());
      await this.#options.store.putPending(request);
      return { ok: true, request, isNew: open === undefined };
    });
  }

  #fresh({ device, role, scopes, details, isRepair }: PairingWish): PendingPairing {
    return {
      requestId: this.#options.newId(),
      deviceId: device.deviceId,
      publicKey: device.publicKey,
      ...details,
      role,
      roles: [role],
      scopes: [...scopes],
      silent: false,
      isRepair,
      ts: this.#options.now(),
    };
  }
}

function merge(
  open: PendingPairing,
  { role, scopes, details, isRepair }: PairingWish,
  now: number,
): PendingPairing {
  return {
    ...open,
    ...details,
    roles: [...new Set([...open.roles, role])],
    scopes: [...new Set([...open.scopes, ...scopes])],
    isRepair,
    ts: now,
  };
}
