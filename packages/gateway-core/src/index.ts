// The gateway.
export { createGateway } from "./create-gateway.ts";
export type {
  CloseOptions,
  EmbeddedOptions,
  Gateway,
  GatewayAddress,
  GatewayOptions,
  InstalledOptions,
  Logger,
  PreparedConfig,
  RestartRequest,
} from "./options.ts";
export type { TailnetWhois } from "@openclaw/auth";
export type { GatewayMemory } from "./memory.ts";
export type { TrafficLogStyle } from "./traffic/traffic-log.ts";

// What hosts take part in reloads with.
export type { ProvisionedPart, ReloadPart, WatchMode } from "@openclaw/reload";

// What can go wrong.
export { GATEWAY_ERROR_CODES, GatewayError } from "./errors.ts";
export type { GatewayErrorCode } from "./errors.ts";

// Whether what is in a state folder is sound, while no gateway runs with it.
export { checkState, type StateCheck } from "./check-state.ts";

// Who holds a state folder or a port, for tools that start and stop gateways.
export { askInstanceId, readLock } from "./claims/lock.ts";
export type { LockRecord } from "./claims/lock.ts";

export { GATEWAY_VERSION } from "./version.ts";
