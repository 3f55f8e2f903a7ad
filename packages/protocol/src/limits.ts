/**
 * Sizes and times both ends of a connection rely on.
 *
 * Docs: protocol.md#limits
 */
export const LIMITS = Object.freeze({
  /** Largest inbound message after hello, announced as `policy.maxPayload`. */
  maxPayloadBytes: 26_214_400,
  /** Largest inbound message before hello: a stranger may not make the server buffer more. */
  preAuthPayloadBytes: 65_536,
  /** Send buffer above which a connection counts as slow, announced as `policy.maxBufferedBytes`. */
  maxBufferedBytes: 52_428_800,
  /** Time from socket open to a successful connect. */
  handshakeTimeoutMs: 15_000,
  /** Distance of `tick` events, announced as `policy.tickIntervalMs`. */
  tickIntervalMs: 30_000,
  /** Frames that may wait behind an unanswered connect. */
  preAuthQueue: 15,
  /** Requests of one connection that may run at the same time. */
  inFlightPerConnection: 64,
  /** Sockets that may exist without having connected, in all and per peer address. */
  preAuthSockets: 512,
  preAuthSocketsPerPeer: 32,
  /** Time in which an HTTP client must take something of an answer that waits for it. */
  responseStallMs: 30_000,
  /** Distance of WebSocket pings; the pong has the same time. */
  pingIntervalMs: 25_000,
  /** Time between our close frame and the end of the transport. */
  closeGraceMs: 1_000,
  /** Close reasons are cut to this many UTF-8 bytes. */
  closeReasonBytes: 120,
  /** Nesting depth, number of object keys and number of list items of one message. */
  maxJsonDepth: 64,
  maxJsonKeys: 10_000,
  maxJsonItems: 100_000,
  /** Problems one refusal lists, and characters of a foreign key it repeats. */
  maxViolations: 100,
  echoedKeyChars: 100,
  /** Longest `traceparent` of a request frame, in characters. */
  traceparentChars: 128,
  /** Longest `idempotencyKey`, in characters; it is the id of its run from then on. */
  idempotencyKeyChars: 256,
  /** Longest id, command and other field of a request to run a command, in characters. */
  approvalIdChars: 256,
  approvalCommandChars: 32_768,
  approvalFieldChars: 4_096,
  /** Most devices and decisions such a request may name. */
  approvalReviewers: 32,
  /** Time in which a command can be allowed when the request names none, and the longest one. */
  approvalTimeoutMs: 120_000,
  approvalMaxTimeoutMs: 86_400_000,
  /** Commands that may wait at the same time, in all and per principal. */
  pendingApprovals: 256,
  pendingApprovalsPerPrincipal: 128,
  /** Time in which a decision can still be asked for. */
  approvalGraceMs: 15_000,
  /** Most rows of one `sessions.list`, whether or not a `limit` was given. */
  sessionRows: 1_000,
  /** Messages and characters of each that `sessions.preview` shows at most. */
  previewItems: 50,
  previewChars: 2_000,
  /** Allowed distance of a device signature's time from the server's clock. */
  deviceClockSkewMs: 120_000,
  /** Consecutive role refusals a connection may collect before it is closed. */
  unauthorizedRoleStreak: 10,
});
