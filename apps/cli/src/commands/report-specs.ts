import { FREQUENT_SPECS } from "./frequent-specs.ts";
import { CONNECTION, JSON_OUTPUT } from "./options.ts";
import type { CommandSpec } from "./spec.ts";

/** Commands that show how the gateway is. */
export const REPORT_SPECS: readonly CommandSpec[] = [
  FREQUENT_SPECS.status,
  FREQUENT_SPECS.health,
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
  FREQUENT_SPECS.channelsStatus,
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
