import type { ClientInfo } from "./connect-request.ts";

const CLIENT: ClientInfo = {
  id: "gateway-client",
  mode: "backend",
  version: "2026.11.0",
  platform: "unknown",
};

/**
 * Every default of this package, each with its unit in its name.
 */
export const DEFAULTS = Object.freeze({
  /** The program a client says it is. */
  client: CLIENT,
  /** From opening the socket until hello-ok, including retries while the gateway is still starting. */
  connectTimeoutMs: 15_000,
  /** From sending a request until its (first) response. */
  requestTimeoutMs: 30_000,
  /** How long a close frame may stay unanswered before the socket is cut. */
  closeGraceMs: 1_000,
  /** Requests waiting for an answer on one connection. */
  maxPendingRequests: 1_024,
  /** Unread events kept for the reader of a two-stage request. */
  eventBufferCount: 1_000,
  /** First ceiling of the reconnect delay; it doubles with every attempt. */
  reconnectBaseMs: 1_000,
  /** Highest ceiling of the reconnect delay. */
  reconnectMaxMs: 30_000,
  /** From a refusal for want of approval until the next question. */
  approvalPollMs: 3_000,
});
