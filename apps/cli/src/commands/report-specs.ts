import { CONNECTION, JSON_OUTPUT, STRICT } from "./options.ts";
import type { CommandSpec } from "./spec.ts";

const VERBOSE = { flags: "--verbose", summary: "say more" };

/** Commands that show how the gateway is. */
export const REPORT_SPECS: readonly CommandSpec[] = [
  {
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
  {
    name: "health",
    summary: "show the gateway's health",
    options: [JSON_OUTPUT, STRICT, VERBOSE, ...CONNECTION],
    invalidConfig: "warn",
    failurePrefix: "[openclaw] Failed to start CLI: ",
    frequent: "health",
  },
  {
    name: "logs",
    summary: "show the gateway's log",
    options: [
      { flags: "--limit <n>", summary: "newest lines to show (200; with --since all)" },
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
    module: "logs",
  },
  {
    name: "channels list",
    summary: "show the configured channels",
    options: [{ flags: "--no-usage", summary: "without usage, of which there is none yet" }, JSON_OUTPUT],
    invalidConfig: "stop",
    module: "channels/list",
  },
  {
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
  {
    name: "channels logs",
    summary: "show what channels wrote into this machine's log",
    options: [
      { flags: "--channel <id>", summary: "only this one (all)" },
      { flags: "--lines <count>", summary: "the newest so many (200)" },
      JSON_OUTPUT,
    ],
    invalidConfig: "warn",
    module: "channels/logs",
  },
];
