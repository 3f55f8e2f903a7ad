import type { Grant, Peer } from "@openclaw/auth";
import type { ConnectParams, Dialect } from "@openclaw/protocol";

/**
 * One admitted connection as the rest of the gateway sees it: who it is and what it may do.
 * Everything in it was decided at `connect` and never changes.
 */
export interface ConnectionView {
  /** Random UUID of the socket; also `hello-ok.server.connId`. */
  readonly connId: string;
  /** Protocol version both ends speak on this connection. */
  readonly dialect: Dialect;
  readonly grant: Grant;
  /** What the client says about itself. Never an input of authorisation (T-AZ-04). */
  readonly client: ConnectParams["client"];
  /** Capabilities the client declared, for example `tool-events`. */
  readonly caps: ReadonlySet<string>;
  readonly peer: Peer;
  /** Epoch ms of the admission. */
  readonly connectedAt: number;
}

/** How a connection ended: code and reason of the close frame, 1006 when there was none. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}
