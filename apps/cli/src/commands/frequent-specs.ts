import { CONNECTION, JSON_OUTPUT, STRICT } from "./options.ts";
import type { FrequentSpec } from "./spec.ts";

const VERBOSE = { flags: "--verbose", summary: "say more" };

/** Options of `gateway` that count for the commands below it that call it. */
export const CALL_INHERITS = ["token", "password", "port"];

/** Commands that people and scripts ask all the time. Apart from the others, because the shortest way needs no others. */
export const FREQUENT_SPECS = {
  status: {
    name: "status",
    summary: "show an overview of gateway, channels and sessions",
    options: [
      JSON_OUTPUT,
      { flags: "--all", summary: "everything, with a diagnosis, to be pasted into a report" },
      { flags: "--deep", summary: "probe channels too; needs the gateway" },
      { flags: "--usage", summary: "with what models used and cost" },
      STRICT,
      VERBOSE,
      ...CONNECTION,
    ],
    invalidConfig: "warn",
    frequent: "status",
  },
  health: {
    name: "health",
    summary: "show the gateway's health",
    options: [JSON_OUTPUT, STRICT, VERBOSE, ...CONNECTION],
    invalidConfig: "warn",
    failurePrefix: "[openclaw] Failed to start CLI: ",
    frequent: "health",
  },
  channelsStatus: {
    name: "channels status",
    summary: "show the state of every channel",
    options: [
      { flags: "--probe", summary: "ask the services behind the channels" },
      STRICT,
      JSON_OUTPUT,
      ...CONNECTION,
    ],
    invalidConfig: "stop",
    frequent: "channels/status",
  },
  gatewayStatus: {
    name: "gateway status",
    summary: "show service, configuration, port and an RPC probe",
    options: [
      ...CONNECTION,
      { flags: "--port <port>", summary: "probe this port" },
      { flags: "--no-probe", summary: "do not connect" },
      { flags: "--require-rpc", summary: "exit 1 when the probe fails", conflicts: "probe" },
      { flags: "--deep", summary: "look at system services too" },
      JSON_OUTPUT,
    ],
    inherits: CALL_INHERITS,
    invalidConfig: "warn",
    failurePrefix: "Gateway status failed: ",
    frequent: "gateway/status",
  },
  gatewayHealth: {
    name: "gateway health",
    summary: "ask the gateway for its health",
    options: [...CONNECTION, JSON_OUTPUT],
    inherits: CALL_INHERITS,
    invalidConfig: "warn",
    frequent: "gateway/health",
  },
} as const satisfies Readonly<Record<string, FrequentSpec>>;
