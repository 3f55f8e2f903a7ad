import { CALL_INHERITS, FREQUENT_SPECS } from "../frequent-specs.ts";
import { CONNECTION, JSON_OUTPUT, TIMEOUT } from "../options.ts";
import type { CommandSpec, CommandSyntax, OptionSpec } from "../spec.ts";
import { serviceSpecs } from "./service-specs.ts";

const RUN_OPTIONS: readonly OptionSpec[] = [
  { flags: "--port <port>", summary: "port to listen on" },
  { flags: "--bind <mode>", summary: "loopback, lan, tailnet, auto or custom" },
  { flags: "--auth <mode>", summary: "token or password" },
  { flags: "--token <token>", summary: "gateway token (other users can see arguments: prefer --token-file)" },
  { flags: "--token-file <path>", summary: "read the gateway token from a file" },
  { flags: "--password <password>", summary: "gateway password (prefer --password-file)" },
  { flags: "--password-file <path>", summary: "read the gateway password from a file" },
  { flags: "--allow-unconfigured", summary: "start without gateway.mode=local" },
  { flags: "--dev", summary: "create a development config and workspace if missing" },
  { flags: "--reset", summary: "with --dev: move configuration, state and workspace aside first" },
  { flags: "--force", summary: "stop whoever listens on the port first; twice: whoever it is", counts: true },
  { flags: "--safe", summary: "when the file cannot be used, start with the last good configuration" },
  { flags: "--check-store", summary: "do not start: read the state file, print as JSON whether it is sound" },
  { flags: "--ws-log <style>", summary: "style of the traffic log under --verbose: auto, full or compact" },
  { flags: "--compact", summary: "same as --ws-log compact" },
  { flags: "--verbose", summary: "debug output and WebSocket traffic on the console" },
];

const RUN = {
  summary: "run the gateway in the foreground",
  options: RUN_OPTIONS,
  program: "gateway/run",
} as const;

/** `gateway` and the commands below it. */
export const GATEWAY_SPECS: readonly CommandSpec[] = [
  { ...RUN, name: "gateway" },
  {
    ...RUN,
    name: "gateway run",
    inherits: [
      ...["port", "bind", "auth", "token", "tokenFile", "password", "passwordFile"],
      ...["allowUnconfigured", "dev", "reset", "force", "safe", "checkStore", "wsLog", "compact", "verbose"],
    ],
  },
  FREQUENT_SPECS.gatewayStatus,
  ...serviceSpecs("gateway"),
  FREQUENT_SPECS.gatewayHealth,
  {
    name: "gateway call",
    summary: "call one RPC method",
    words: ["<method>"],
    options: [
      ...CONNECTION,
      { flags: "--params <json>", summary: "params of the method" },
      { flags: "--expect-final", summary: "wait for the final answer of a two-stage method" },
      JSON_OUTPUT,
    ],
    inherits: CALL_INHERITS,
    invalidConfig: "warn",
    failurePrefix: "Gateway call failed: ",
    module: "gateway/call",
  },
  {
    name: "gateway probe",
    summary: "look for every gateway that is configured or named",
    options: [...CONNECTION, JSON_OUTPUT],
    inherits: CALL_INHERITS,
    invalidConfig: "warn",
    module: "gateway/probe",
  },
  {
    name: "gateway discover",
    summary: "look for gateways that announce themselves on the local network",
    options: [TIMEOUT, JSON_OUTPUT],
    invalidConfig: "warn",
    failurePrefix: "gateway discover failed: ",
    module: "gateway/discover",
  },
  {
    name: "gateway usage-cost",
    summary: "show what models used and cost",
    options: [{ flags: "--days <n>", summary: "how far back (30)" }, ...CONNECTION, JSON_OUTPUT],
    inherits: CALL_INHERITS,
    invalidConfig: "warn",
    failurePrefix: "Gateway usage cost failed: ",
    module: "gateway/usage-cost",
  },
];

/** The older word for the service. */
export const DAEMON_GROUP: CommandSyntax = {
  name: "daemon",
  summary: "the same as gateway, for the service",
};

/** Commands below `daemon`. */
export const DAEMON_SPECS: readonly CommandSpec[] = [
  { ...FREQUENT_SPECS.gatewayStatus, name: "daemon status" },
  ...serviceSpecs("daemon"),
];
