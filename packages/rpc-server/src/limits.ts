import { LIMITS } from "@openclaw/protocol";

/** Bounds of the sockets, for everybody before and after authentication. */
export interface RpcLimits {
  /** Largest message after hello; also `policy.maxPayload`. */
  readonly maxPayloadBytes: number;
  /** Largest message before hello. */
  readonly preAuthPayloadBytes: number;
  /** Unsent bytes above which a connection counts as slow; also `policy.maxBufferedBytes`. */
  readonly maxBufferedBytes: number;
  /** Unsent bytes all connections together may hold; above it the slowest ones are closed. */
  readonly maxTotalBufferedBytes: number;
  /** Time from the upgrade to hello, as long as our own event loop is not blocked. */
  readonly handshakeTimeoutMs: number;
  /** Distance of `tick` events; also `policy.tickIntervalMs`. */
  readonly tickIntervalMs: number;
  /** Frames a client may send behind `connect` before it is answered. */
  readonly preAuthQueue: number;
  /** Sockets without hello, in total. */
  readonly preAuthSockets: number;
  /** Sockets without hello of one client address. */
  readonly preAuthSocketsPerPeer: number;
  /** Calls of one connection that run at a time. */
  readonly inFlightPerConnection: number;
  /** Messages and pings one connection may send in a second; a faster one is read more slowly, not refused. */
  readonly messagesPerSecond: number;
  /** The same before hello. */
  readonly preAuthMessagesPerSecond: number;
  /** Consecutive calls for another role that are answered; one more ends the connection. */
  readonly unauthorizedRoleStreak: number;
  /** Distance of pings, and the time a peer has for the pong. */
  readonly pingIntervalMs: number;
  /** Time between our close frame and the end of the socket. */
  readonly closeGraceMs: number;
  /** Longest time a connection goes on after what admitted it has ended. */
  readonly recheckIntervalMs: number;
}

/** Limits unless `RpcServerOptions.limits` says otherwise. Docs: protocol.md#limits */
export const DEFAULT_LIMITS: RpcLimits = Object.freeze({
  maxPayloadBytes: LIMITS.maxPayloadBytes,
  preAuthPayloadBytes: LIMITS.preAuthPayloadBytes,
  maxBufferedBytes: LIMITS.maxBufferedBytes,
  maxTotalBufferedBytes: 268_435_456,
  handshakeTimeoutMs: LIMITS.handshakeTimeoutMs,
  tickIntervalMs: LIMITS.tickIntervalMs,
  preAuthQueue: LIMITS.preAuthQueue,
  preAuthSockets: LIMITS.preAuthSockets,
  preAuthSocketsPerPeer: LIMITS.preAuthSocketsPerPeer,
  inFlightPerConnection: LIMITS.inFlightPerConnection,
  messagesPerSecond: 20_000,
  preAuthMessagesPerSecond: 100,
  unauthorizedRoleStreak: LIMITS.unauthorizedRoleStreak,
  pingIntervalMs: LIMITS.pingIntervalMs,
  closeGraceMs: LIMITS.closeGraceMs,
  recheckIntervalMs: 500,
});
