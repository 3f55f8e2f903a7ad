import { LIMITS } from "./limits.ts";

/** What the other side does after a close. */
export type PeerReaction =
  /** Nothing: the connection did what it was for. */
  | "none"
  /** Connect again, with backoff. */
  | "reconnect"
  /** Do not come back until configuration or credentials changed. */
  | "stop"
  /** Look at `error.details.code` of the refused connect: some refusals are worth another try, most are not. */
  | "read-error";

/** One way a connection ends. */
export interface CloseContract {
  readonly code: number;
  /** Fixed text, or the refused request's message where a rule says "message". */
  readonly reason: string;
  readonly sentBy: "gateway" | "client" | "either";
  readonly peerShould: PeerReaction;
}

/**
 * Every close this protocol knows. A refusal during the handshake is answered before it is closed, except
 * `notJson`, `notARequestFrame`, `tooLarge`, `queueFull` and `handshakeTimeout`.
 *
 * Docs: protocol.md#close-codes
 */
export const CLOSE = {
  notJson: { code: 1000, reason: "", sentBy: "gateway", peerShould: "stop" },
  handshakeTimeout: { code: 1000, reason: "handshake timeout", sentBy: "gateway", peerShould: "reconnect" },
  protocolMismatch: { code: 1002, reason: "protocol mismatch", sentBy: "gateway", peerShould: "stop" },
  notARequestFrame: { code: 1008, reason: "invalid request frame", sentBy: "gateway", peerShould: "stop" },
  firstNotConnect: {
    code: 1008,
    reason: "invalid handshake: first request must be connect",
    sentBy: "gateway",
    peerShould: "stop",
  },
  queueFull: {
    code: 1008,
    reason: "too many pending handshake frames",
    sentBy: "gateway",
    peerShould: "stop",
  },
  invalidRole: { code: 1008, reason: "invalid role", sentBy: "gateway", peerShould: "stop" },
  /** A worker identity on the operator endpoint: closed without an answer. */
  invalidHandshake: { code: 1008, reason: "invalid-handshake", sentBy: "gateway", peerShould: "stop" },
  /** Reason is the message of the error that was answered. */
  refused: { code: 1008, reason: "unauthorized", sentBy: "gateway", peerShould: "read-error" },
  slowConsumer: { code: 1008, reason: "slow consumer", sentBy: "gateway", peerShould: "reconnect" },
  repeatedUnauthorized: {
    code: 1008,
    reason: "repeated unauthorized calls",
    sentBy: "gateway",
    peerShould: "stop",
  },
  tooLarge: { code: 1009, reason: "", sentBy: "gateway", peerShould: "reconnect" },
  internal: { code: 1011, reason: "internal error", sentBy: "gateway", peerShould: "reconnect" },
  serviceRestart: { code: 1012, reason: "service restart", sentBy: "gateway", peerShould: "reconnect" },
  starting: { code: 1013, reason: "gateway starting", sentBy: "gateway", peerShould: "reconnect" },
  draining: { code: 1013, reason: "gateway restart in progress", sentBy: "gateway", peerShould: "reconnect" },
  tickTimeout: { code: 4000, reason: "tick timeout", sentBy: "client", peerShould: "none" },
  connectTimeout: { code: 4000, reason: "connect timeout", sentBy: "client", peerShould: "none" },
  challengeTimeout: { code: 1008, reason: "connect challenge timeout", sentBy: "client", peerShould: "none" },
  challengeMissingNonce: {
    code: 1008,
    reason: "connect challenge missing nonce",
    sentBy: "client",
    peerShould: "none",
  },
  connectFailed: { code: 1008, reason: "connect failed", sentBy: "client", peerShould: "none" },
  /** The shared secret, the proxy's word or the mode that admitted the client no longer does. */
  authChanged: { code: 4001, reason: "gateway auth changed", sentBy: "gateway", peerShould: "reconnect" },
  deviceRemoved: { code: 4001, reason: "device removed", sentBy: "gateway", peerShould: "reconnect" },
  /** What was approved for the node was forgotten: it may come back and ask again. */
  nodeRemoved: { code: 4001, reason: "node removed", sentBy: "gateway", peerShould: "reconnect" },
  deviceTokenRevoked: {
    code: 4001,
    reason: "device token revoked",
    sentBy: "gateway",
    peerShould: "reconnect",
  },
  /** Told to the connections the old token admitted. */
  deviceTokenRotated: {
    code: 4001,
    reason: "device token rotated",
    sentBy: "gateway",
    peerShould: "reconnect",
  },
  /** The entry of a named token was removed or edited. */
  namedTokenRevoked: {
    code: 4001,
    reason: "client invalidated: token revoked",
    sentBy: "gateway",
    peerShould: "reconnect",
  },
  namedTokenExpired: {
    code: 4001,
    reason: "client invalidated: token expired",
    sentBy: "gateway",
    peerShould: "reconnect",
  },
} as const satisfies Record<string, CloseContract>;

/** Cuts a close reason to the wire limit at a character boundary. */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= LIMITS.closeReasonBytes) return text;
  let end = LIMITS.closeReasonBytes;
  // 0b10xxxxxx continues a character: step back to where one starts.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
