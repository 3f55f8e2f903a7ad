import { ACTION_SPECS } from "./action-specs.ts";
import { AGENT_SPECS } from "./agents/specs.ts";
import { APPROVAL_SPECS } from "./approvals/specs.ts";
import { CONFIG_SPECS } from "./config/specs.ts";
import { DEVICE_SPECS } from "./devices/specs.ts";
import { DOCTOR_SPECS } from "./doctor-specs.ts";
import { DAEMON_GROUP, DAEMON_SPECS, GATEWAY_SPECS } from "./gateway/specs.ts";
import { INSTALLATION_SPECS } from "./installation-specs.ts";
import { LIST_SPECS } from "./list-specs.ts";
import { NODE_SPECS } from "./nodes/specs.ts";
import { REPORT_SPECS } from "./report-specs.ts";
import type { CommandSpec, CommandSyntax } from "./spec.ts";
import { SYSTEM_SPECS } from "./system/specs.ts";
import { TOKEN_SPECS } from "./tokens/specs.ts";

/** Commands that only hold others, each after the one that holds it. */
export const GROUPS: readonly CommandSyntax[] = [
  { name: "agents", summary: "look at the agents, add and delete them" },
  { name: "approvals", summary: "decide what may be run on this machine" },
  { name: "approvals allowlist", summary: "change what an agent may run without asking" },
  { name: "channels", summary: "look at the channels" },
  { name: "config", summary: "read and change the configuration" },
  DAEMON_GROUP,
  { name: "devices", summary: "look after paired and waiting devices" },
  { name: "models", summary: "look at the models, choose the default one" },
  { name: "nodes", summary: "look after machines that offer commands" },
  { name: "system", summary: "note events, look at presence, switch heartbeats" },
  { name: "system heartbeat", summary: "look at heartbeats and switch them" },
  { name: "tokens", summary: "make and end tokens for headless clients" },
];

/** Every command of this release. Docs: runbook.md#five-minute-start */
export const COMMANDS: readonly CommandSpec[] = [
  ...GATEWAY_SPECS,
  ...DAEMON_SPECS,
  ...REPORT_SPECS,
  ...DOCTOR_SPECS,
  ...LIST_SPECS,
  ...ACTION_SPECS,
  ...INSTALLATION_SPECS,
  ...AGENT_SPECS,
  ...CONFIG_SPECS,
  ...DEVICE_SPECS,
  ...APPROVAL_SPECS,
  ...NODE_SPECS,
  ...SYSTEM_SPECS,
  ...TOKEN_SPECS,
];
