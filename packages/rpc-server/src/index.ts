// The server.
export { createRpcServer } from "./server.ts";
export type {
  BroadcastOptions,
  BroadcastPayload,
  Logger,
  RpcPhase,
  RpcServer,
  RpcServerOptions,
  Shutdown,
} from "./options.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export type { RpcLimits } from "./limits.ts";
export type { HelloParts } from "./hello.ts";
export { peerFacts } from "./upgrade.ts";
export type { AnsweredCall, AskedCall, SentEvent, TrafficListener, Welcome } from "./traffic.ts";

// Connections.
export type { ConnectionView, Disconnect, NodeOffer } from "./connection-view.ts";

// Methods.
export { defineMethods } from "./methods.ts";
export type { Call, Caller, MethodHandlers } from "./methods.ts";
export { toRpcError } from "./errors.ts";
