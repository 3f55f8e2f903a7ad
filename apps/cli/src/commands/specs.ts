import { GATEWAY_SPECS } from "./gateway/specs.ts";
import { CONNECTION, JSON_OUTPUT, STRICT, TIMEOUT } from "./options.ts";
import type { CommandSpec, CommandSyntax } from "./spec.ts";

/** Commands that only hold others. */
export const GROUPS: readonly CommandSyntax[] = [
  { name: "channels", summary: "look at the channels" },
  { name: "config", summary: "read the configuration" },
];

const VERBOSE = { flags: "--verbose", summary: "say more" };

/** Every command of this release. Docs: runbook.md#commands */
export const COMMANDS: readonly CommandSpec[] = [
  ...GATEWAY_SPECS,
  {
    name: "status",
    summary: "show an overview of gateway, channels and sessions",
    options: [
      JSON_OUTPUT,
      { flags: "--deep", summary: "probe channels too; needs the gateway" },
      STRICT,
      VERBOSE,
      ...CONNECTION,
    ],
    invalidConfig: "warn",
    load: () => import("./status.ts"),
  },
  {
    name: "health",
    summary: "show the gateway's health",
    options: [JSON_OUTPUT, STRICT, VERBOSE, ...CONNECTION],
    invalidConfig: "warn",
    failurePrefix: "[openclaw] Failed to start CLI: ",
    load: () => import("./health.ts"),
  },
  {
    name: "logs",
    summary: "show the gateway's log",
    options: [
      { flags: "--limit <n>", summary: "newest lines to show (200)" },
      { flags: "--max-bytes <n>", summary: "most bytes to read at a time (250000)" },
      { flags: "--follow", summary: "keep showing what is written" },
      { flags: "--interval <ms>", summary: "how often to look (1000)" },
      { flags: "--level <level>", summary: "only this level and above" },
      { flags: "--subsystem <name>", summary: "only this subsystem and those below it" },
      { flags: "--since <time>", summary: "only newer: a duration (10m) or an ISO time" },
      { flags: "--plain", summary: "full lines without colours, also on a terminal" },
      { flags: "--local-time", summary: "local time instead of UTC" },
      JSON_OUTPUT,
      ...CONNECTION,
    ],
    invalidConfig: "warn",
    load: () => import("./logs.ts"),
  },
  {
    name: "channels status",
    summary: "show the state of every channel",
    options: [{ flags: "--probe", summary: "ask the services behind the channels" }, STRICT, JSON_OUTPUT, TIMEOUT],
    invalidConfig: "stop",
    load: () => import("./channels/status.ts"),
  },
  {
    name: "agent",
    summary: "send a message to an agent and show the answer",
    options: [
      { flags: "-m, --message <text>", summary: "what to say", required: true },
      { flags: "--agent <id>", summary: "which agent; the default one otherwise" },
      { flags: "--session <key>", summary: "which session, by key; main otherwise" },
      { flags: "--session-id <id>", summary: "which session, by id" },
      { flags: "--thinking <level>", summary: "off, minimal, low, medium or high" },
      { flags: "--timeout <seconds>", summary: "longest time the run may take (600)" },
      JSON_OUTPUT,
      ...CONNECTION.filter((option) => option !== TIMEOUT),
    ],
    invalidConfig: "stop",
    load: () => import("./agent.ts"),
  },
  {
    name: "config get",
    summary: "print a configuration value",
    words: ["<path>"],
    options: [JSON_OUTPUT, { flags: "--reveal", summary: "show secrets; only on a terminal" }],
    invalidConfig: "own",
    load: () => import("./config/get.ts"),
  },
  {
    name: "setup",
    summary: "create configuration and workspace",
    options: [{ flags: "--workspace <dir>", summary: "folder of the default agent" }],
    invalidConfig: "stop",
    load: () => import("./setup.ts"),
  },
];
