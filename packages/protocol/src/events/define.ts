import type { OperatorScope } from "../scopes.ts";
import type { Dialect } from "../version.ts";

/** One event as both ends see it. */
export interface EventContract<P = unknown> {
  /** What a connection must hold to receive it; `"none"` = every connected client, nodes included. */
  readonly scope: OperatorScope | "none";
  /**
   * Whether a slow connection may miss it; its sequence number is used up all the same, so that the client sees the
   * gap. Events that may not be dropped cost a slow connection its life.
   */
  readonly dropIfSlow: boolean | ((payload: P) => boolean);
  /** When it fires, and when it does not. */
  readonly summary: string;
  /** Sent to one connection, without `seq`; never broadcast. */
  readonly targeted?: boolean;
  /** Dialects it exists in. @default all */
  readonly dialects?: readonly Dialect[];
  /** Carries the payload type; absent at run time. */
  readonly __payload?: P;
}

/** Declares an event contract. */
export function event<P>(contract: EventContract<P>): EventContract<P> {
  return Object.freeze(contract);
}
