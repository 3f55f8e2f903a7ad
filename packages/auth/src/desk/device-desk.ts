import type { AuthEffect } from "../authenticator.ts";
import type { DeviceTokenRecord, PairedDevice, PendingPairing } from "../devices/store.ts";
import type { Grant } from "../grant.ts";

/** Who stands at the desk. */
export interface DeskCaller extends Pick<Grant, "principal" | "method" | "scopes" | "deviceId"> {
  /** W3C trace context of the request, for the log. */
  readonly traceparent?: string;
}

/** Why the desk does nothing. */
export type DeskRefusal =
  /** There is no such request, device or token, or none this caller may know of. */
  | { readonly kind: "unknown" }
  /** The caller may look after its own device only. */
  | { readonly kind: "denied" }
  /** It would hand out more than the caller holds itself. */
  | { readonly kind: "scope"; readonly missing: string };

/** What the desk did, with the events to send, or why not. */
export type DeskAnswer<T> =
  | { readonly ok: true; readonly value: T; readonly effects: readonly AuthEffect[] }
  | { readonly ok: false; readonly refusal: DeskRefusal };

/** Which token of which device. `role` is taken as sent. */
export interface TokenAddress {
  readonly deviceId: string;
  readonly role: string;
}

/** A token under its new generation. */
export interface RotatedToken {
  readonly record: DeviceTokenRecord;
  readonly rotatedAtMs: number;
  /** Only for the device itself (T-PAIR-09). */
  readonly token?: string;
}

/**
 * Where operators look after devices. Callers hold `operator.pairing` already. Nobody hands out more than it holds; who
 * came by the token of a device sees and touches that device only, unless it is an admin, and never approves it. After
 * `remove`, `rotate` and `revoke` the standings of open connections have changed: ask them.
 *
 * Docs: protocol.md#devices
 */
export interface DeviceDesk {
  /** Requests newest first, devices last approved first. */
  list(caller: DeskCaller): Promise<DeviceLists>;
  /** Lets a waiting device in, with everything its request has gathered. */
  approve(caller: DeskCaller, requestId: string): Promise<DeskAnswer<PairedDevice>>;
  reject(caller: DeskCaller, requestId: string): Promise<DeskAnswer<PendingPairing>>;
  /** Forgets a device and ends its tokens. */
  remove(caller: DeskCaller, deviceId: string): Promise<DeskAnswer<PairedDevice>>;
  /** Gives a device the name operators know it by. */
  rename(
    caller: DeskCaller,
    change: { readonly deviceId: string; readonly label: string },
  ): Promise<DeskAnswer<PairedDevice>>;
  /** Ends the live token of a device and starts another, for the same scopes unless others are named. */
  rotate(
    caller: DeskCaller,
    change: TokenAddress & { readonly scopes?: readonly string[] },
  ): Promise<DeskAnswer<RotatedToken>>;
  /** Ends the live token; resolves to when. */
  revoke(caller: DeskCaller, address: TokenAddress): Promise<DeskAnswer<number>>;
}

/** What the desk knows. */
export interface DeviceLists {
  readonly pending: readonly PendingPairing[];
  readonly paired: readonly PairedDevice[];
}
