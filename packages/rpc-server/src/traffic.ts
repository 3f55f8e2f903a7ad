import type { EventName, StateVersion } from "@openclaw/protocol";
import type { ConnectionView, Disconnect } from "./connection-view.ts";

/** A request on an admitted connection. */
export interface AskedCall {
  readonly connId: string;
  /** Id of the request, as the client chose it. */
  readonly id: string;
  /** `(unknown)` for any that the gateway does not have. */
  readonly method: string;
}

/** An answer to one; a two-stage call has two. */
export interface AnsweredCall extends AskedCall {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** An event on its way. */
export interface SentEvent {
  readonly event: EventName;
  readonly payload: unknown;
  /** How many connections it goes to. */
  readonly clients: number;
  /** The connection, when it is addressed to one alone. */
  readonly connId?: string;
  /** Its number there, when one connection gets it. */
  readonly seq?: number | undefined;
  readonly stateVersion?: StateVersion | undefined;
}

/** What a client was told when it was admitted. */
export interface Welcome {
  /** How many of each it was told of. */
  readonly methods: number;
  readonly events: number;
  readonly presence: number;
  readonly stateVersion: StateVersion;
}

/**
 * Hears what passes over admitted connections, for a log of it. Nothing is counted or timed for what nobody hears.
 * Strangers are not heard: they could fill a log without ever proving who they are (T-DOS-11). Must not throw.
 */
export interface TrafficListener {
  answered(call: AnsweredCall): void;
  /** A message that is no JSON. */
  broken(connId: string): void;
  asked?(call: AskedCall): void;
  sent?(event: SentEvent): void;
  admitted?(connection: ConnectionView, welcome: Welcome): void;
  gone?(connection: ConnectionView, end: Disconnect): void;
}
