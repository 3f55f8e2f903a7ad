// Connecting.
export { createClient, type Client } from "./client.ts";
export type { ClientOptions, Logger, ReconnectOptions, Secrets } from "./options.ts";
export { TRANSITIONS, type ClientState, type ClientStatus } from "./state.ts";
export type { GatewaySnapshot } from "./snapshot.ts";
export type { ClientInfo, NodeClaims } from "./connect-request.ts";
export { DEFAULTS } from "./defaults.ts";

// Calling and listening.
export type { Calls, RequestOptions, Run, RunOptions } from "./calls.ts";
export type { EventFrame, EventName, Events, HelloOk, MethodName, Methods } from "@openclaw/protocol";

// What can go wrong: the connection (ConnectionError) or the request (RpcError).
export {
  CONNECTION_ERROR_CODES,
  ConnectionError,
  describeClose,
  type ConnectionErrorCode,
} from "./errors.ts";
export { RpcError } from "@openclaw/protocol/wire";

// A browser's device; ./node has that of a machine.
export { openBrowserDevice, type BrowserDeviceOptions, type TextStorage } from "./browser/browser-device.ts";

// For platforms that bring their own socket or key store.
export type { Device, DeviceIdentity, DeviceToken, DeviceTokenStore } from "./identity.ts";
export {
  openPlatformSocket,
  type OpenSocket,
  type Socket,
  type SocketFailure,
  type SocketListener,
} from "./socket.ts";
export { recoverFrom, type Recovery } from "./recovery.ts";
export { fullJitterMs, type BackoffBounds } from "./backoff.ts";
