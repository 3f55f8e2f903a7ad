// Admission: who gets in, over WebSocket and HTTP.
export { createAuthenticator } from "./create-authenticator.ts";
export type { AuthenticatorOptions, Logger } from "./create-authenticator.ts";
export type {
  AuthEffect,
  Authenticator,
  ConnectAttempt,
  ConnectVerdict,
  HttpVerdict,
  Invalidation,
  Standing,
} from "./authenticator.ts";

// Grants: what an admitted caller may do.
export { authorize } from "./authorize.ts";
export type { Authorization } from "./authorize.ts";
export { principalKey } from "./grant.ts";
export type { Grant, GrantMethod, IssuedDeviceToken, Principal } from "./grant.ts";

// Policy: what the operator decided.
export { AUTH_MODES, DEFAULT_RATE_LIMIT } from "./policy.ts";
export type {
  AuthMode,
  AuthPolicy,
  ControlUiPolicy,
  NamedToken,
  RateLimitPolicy,
  TrustedProxyPolicy,
} from "./policy.ts";

// Peers: who is at the other end of the socket.
export { describeRequest } from "./peer/describe-request.ts";
export { resolvePeer } from "./peer/resolve-peer.ts";
export { resolveSocketPeer } from "./peer/resolve-socket-peer.ts";
export type { TailnetWhois } from "./credentials/tailnet.ts";
export { clientKey } from "./peer/client-key.ts";
export type { Peer, PeerFacts } from "./peer/facts.ts";

// Devices: the desk operators stand at, and the port the store implements.
export { isBoundToDevice, maySeeDevice } from "./desk/caller.ts";
export type { DeskAnswer, DeskCaller, DeskRefusal, DeviceDesk, RotatedToken } from "./desk/device-desk.ts";
export type { DeviceStore, DeviceTokenRecord, PairedDevice, PendingPairing } from "./devices/store.ts";

// Secrets: for other ingress that has one, such as webhooks.
export { AttemptLimiter } from "./limiter/attempt-limiter.ts";
export { StrangerLog, type SampledLogger } from "./limiter/stranger-log.ts";
export type { AttemptClass, AttemptLimiterOptions } from "./limiter/attempt-limiter.ts";
export { secretsEqual } from "./secrets/secrets-equal.ts";
export { usableSecret } from "./secrets/usable-secret.ts";

// Errors.
export { AUTH_ERROR_CODES, AuthError } from "./errors.ts";
export type { AuthErrorCode } from "./errors.ts";
