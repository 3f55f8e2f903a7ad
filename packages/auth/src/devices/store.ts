import type { Role } from "@openclaw/protocol";

/** One derived device token; the token itself is never stored. */
export interface DeviceTokenRecord {
  /** Part of the derivation: a higher generation is another token. */
  readonly generation: number;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
}

/** A device the owner let in. */
export interface PairedDevice {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  /** Name an operator gave it; connects never change it. */
  readonly label?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly roles: readonly Role[];
  /** What it has been let in with so far: for people to look at, never an input of a decision. */
  readonly scopes: readonly string[];
  /** Baseline of what may ever be issued; connects never widen it. */
  readonly approvedScopes: readonly string[];
  readonly remoteIp?: string;
  readonly tokens: Readonly<Partial<Record<Role, DeviceTokenRecord>>>;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /** Paired without a question, on the owner's own machine. */
  readonly approvedVia?: "silent";
  /** Epoch ms of the last connect, exact to the minute. */
  readonly lastSeenAtMs?: number;
}

/** A device that waits for the owner; also the payload of `device.pair.requested`. */
export interface PendingPairing {
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  /** Role of the first request; approval issues the token of this role. */
  readonly role: Role;
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
  readonly remoteIp?: string;
  readonly silent: boolean;
  /** The device is already paired and asks for more. */
  readonly isRepair: boolean;
  /** Epoch ms of the last request; the request expires from here. */
  readonly ts: number;
}

/**
 * Durable memory of paired and pending devices. Writes are durable when they resolve; reads see earlier writes.
 * Every caller within a process goes through one {@link DeviceStore}.
 */
export interface DeviceStore {
  device(deviceId: string): Promise<PairedDevice | undefined>;
  devices(): Promise<readonly PairedDevice[]>;
  /** Inserts or replaces by `deviceId`. */
  putDevice(device: PairedDevice): Promise<void>;
  /** Resolves to whether the device was there. */
  removeDevice(deviceId: string): Promise<boolean>;
  pending(): Promise<readonly PendingPairing[]>;
  /** Inserts or replaces by `requestId`. */
  putPending(request: PendingPairing): Promise<void>;
  /** Resolves to what was removed. */
  removePending(requestId: string): Promise<PendingPairing | undefined>;
  /**
   * Removes a request and puts the device it was for, both or neither, whatever happens in between (T-PAIR-15).
   * Resolves to whether the request was still there; nothing is put when it was not.
   */
  approve(requestId: string, device: PairedDevice): Promise<boolean>;
}
