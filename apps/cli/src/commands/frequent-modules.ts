import * as channelsStatus from "./channels/status.ts";
import type { CommandModule } from "./command-module.ts";
import * as gatewayHealth from "./gateway/health.ts";
import * as gatewayStatus from "./gateway/status.ts";
import * as health from "./health.ts";
import * as status from "./status.ts";

/** What people and scripts ask all the time. A bundle of their own: loading all the others takes longer than their answer. */
export const FREQUENT_MODULES = {
  "channels/status": channelsStatus,
  "gateway/health": gatewayHealth,
  "gateway/status": gatewayStatus,
  health,
  status,
} as const satisfies Readonly<Record<string, CommandModule>>;

export type FrequentName = keyof typeof FREQUENT_MODULES;
