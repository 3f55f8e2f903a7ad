// Peers: who is at the other end of the socket.
export type { Peer, PeerFacts } from "./peer/facts.ts";

// Policy: what the operator decided.
export { AUTH_MODES, DEFAULT_RATE_LIMIT } from "./policy.ts";
export type { AuthMode, AuthPolicy, ControlUiPolicy, RateLimitPolicy, TrustedProxyPolicy } from "./policy.ts";

// Grants: what an admitted caller may do.
export { principalKey } from "./grant.ts";
export type { Grant, GrantMethod, IssuedDeviceToken, Principal } from "./grant.ts";

// Admission.
export type { AuthEffect, Authenticator, ConnectAttempt, ConnectVerdict, HttpVerdict } from "./authenticator.ts";

// Devices: the port the store implements.
export type { DeviceStore, DeviceTokenRecord, PairedDevice, PendingPairing } from "./devices/store.ts";
