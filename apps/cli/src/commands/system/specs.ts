import { CONNECTION, JSON_OUTPUT } from "../options.ts";
import type { CommandSpec } from "../spec.ts";

const COMMON = [JSON_OUTPUT, ...CONNECTION];

/** `system` and the commands below it. */
export const SYSTEM_SPECS: readonly CommandSpec[] = [
  {
    name: "system event",
    summary: "leave a note for the main session",
    options: [
      { flags: "--text <text>", summary: "what to note", required: true },
      { flags: "--mode <mode>", summary: "now or next-heartbeat (next-heartbeat)" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "system/event",
  },
  {
    name: "system heartbeat last",
    summary: "show the last heartbeat",
    options: COMMON,
    invalidConfig: "stop",
    module: "system/heartbeat-last",
  },
  {
    name: "system heartbeat enable",
    summary: "switch heartbeats on until the next start",
    options: COMMON,
    invalidConfig: "stop",
    module: "system/heartbeat-enable",
  },
  {
    name: "system heartbeat disable",
    summary: "switch heartbeats off until the next start",
    options: COMMON,
    invalidConfig: "stop",
    module: "system/heartbeat-disable",
  },
  {
    name: "system presence",
    summary: "show who is connected",
    options: COMMON,
    invalidConfig: "stop",
    module: "system/presence",
  },
];
