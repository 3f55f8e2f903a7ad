// Connecting.
export { createClient, type Client } from "./client.ts";
export type { ClientOptions, ClientStatus, Logger, ReconnectOptions } from "./options.ts";
export type { ClientInfo } from "./connect-request.ts";
export { DEFAULTS } from "./defaults.ts";

// Calling and listening.
export type { Calls, RequestOptions, Run, RunOptions } from "./calls.ts";
export type { EventName, Events, HelloOk, MethodName, Methods } from "@openclaw/protocol";

// What can go wrong: the connection (ConnectionError) or the request (RpcError).
export {
  CONNECTION_ERROR_CODES,
  ConnectionError,
  describeClose,
  type ConnectionErrorCode,
} from "./errors.ts";
export { RpcError } from "@openclaw/protocol";

// For platforms that bring their own socket or key store.
export type { Device, DeviceIdentity, DeviceToken, DeviceTokenStore } from "./identity.ts";
export type { OpenSocket, Socket, SocketFailure, SocketListener } from "./socket.ts";
export { decideReconnect, type ReconnectDecision } from "./reconnect-policy.ts";
export { fullJitterMs, type BackoffBounds } from "./backoff.ts";
