import type { ConnectParams, Dialect, RpcError } from "@openclaw/protocol";
import type { DeviceDesk } from "./desk/device-desk.ts";
import type { PendingPairing } from "./devices/store.ts";
import type { Grant } from "./grant.ts";
import type { Peer, PeerFacts } from "./peer/facts.ts";

/** One `connect` request that passed the schema and the protocol range. */
export interface ConnectAttempt {
  readonly peer: Peer;
  readonly params: ConnectParams;
  /** Nonce of the `connect.challenge` of this very socket. */
  readonly nonce: string;
  readonly dialect: Dialect;
  readonly facts: PeerFacts;
}

/** Something an attempt changed that others must hear about: broadcast it under its `type`. */
export type AuthEffect =
  | { readonly type: "device.pair.requested"; readonly payload: PendingPairing }
  | {
      readonly type: "device.pair.resolved";
      readonly payload: {
        readonly requestId: string;
        readonly deviceId: string;
        readonly decision: "approved" | "rejected";
        readonly ts: number;
      };
    };

/** How to close a connection whose admission no longer holds. */
export interface Invalidation {
  readonly code: number;
  readonly reason: string;
}

/**
 * Tells whether what admitted a connection still holds: `undefined` while it does, else how to close it. Cheap and
 * synchronous: to be asked every now and then, and whenever a device or the policy has changed.
 */
export type Standing = () => Invalidation | undefined;

/** Answer to `connect`: a grant, or the error to send and the close that follows it. */
export type ConnectVerdict =
  | {
      readonly ok: true;
      readonly grant: Grant;
      readonly effects: readonly AuthEffect[];
      readonly standing: Standing;
    }
  | {
      readonly ok: false;
      readonly error: RpcError;
      readonly close: { readonly code: number; readonly reason: string };
      readonly effects: readonly AuthEffect[];
    };

/** Answer to an HTTP request. `type` and `message` are the fields of the JSON error body. */
export type HttpVerdict =
  | { readonly ok: true; readonly grant: Grant }
  | {
      readonly ok: false;
      readonly status: 401 | 403 | 429;
      readonly type: string;
      readonly message: string;
      readonly retryAfterMs?: number;
    };

/** Decides who gets in, over both transports. */
export interface Authenticator {
  /** Judges one `connect`, from the role on. Never rejects for anything a client sent. */
  connect(attempt: ConnectAttempt): Promise<ConnectVerdict>;
  /** Judges one HTTP request by its headers. */
  http(facts: PeerFacts): HttpVerdict;
  /** Paired and waiting devices, for those who may look after them. */
  readonly devices: DeviceDesk;
  /** Stops the timers. */
  close(): void;
}
