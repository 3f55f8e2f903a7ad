import type { HelloOk } from "@openclaw/protocol";

import type { ConnectionError } from "./errors.ts";
import type { SequenceGap } from "./gap-recovery.ts";
import type { GatewaySnapshot } from "./snapshot.ts";

/** Where a client is in its life. */
export type ClientState =
  | { readonly type: "idle" }
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "connected"; readonly hello: HelloOk }
  /** There is no connection; the next attempt starts after `delayMs`. `error` says why, and what to do about it. */
  | {
      readonly type: "waiting";
      /** For the gateway to come back, or for an operator to approve this device. */
      readonly for: "gateway" | "approval";
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: ConnectionError;
      /** The pairing request to approve. */
      readonly requestId?: string;
    }
  /** The end. `error` is absent when the client was closed by its owner. */
  | { readonly type: "closed"; readonly error?: ConnectionError };

type StateName = ClientState["type"];

/** From each state to those that may follow it. */
export const TRANSITIONS = {
  idle: ["connecting", "closed"],
  connecting: ["connected", "waiting", "closed"],
  connected: ["waiting", "closed"],
  waiting: ["connecting", "closed"],
  closed: [],
} as const satisfies Record<StateName, readonly StateName[]>;

/** Whether `next` may follow `current`. */
export function mayFollow(current: StateName, next: StateName): boolean {
  return TRANSITIONS[current].some((name) => name === next);
}

/** What a client tells its owner: every new state, and two notices while it is connected. */
export type ClientStatus =
  | Exclude<ClientState, { type: "idle" }>
  /** Events were missed; they are not replayed. The client is already asking for the present state. */
  | ({ readonly type: "gap" } & SequenceGap)
  /** The present state after a gap. Whatever else the application derives from events it should ask for now. */
  | { readonly type: "refreshed"; readonly snapshot: GatewaySnapshot };
