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
    load: () => import("./event.ts"),
  },
  {
    name: "system heartbeat last",
    summary: "show the last heartbeat",
    options: COMMON,
    invalidConfig: "stop",
    load: () => import("./heartbeat-last.ts"),
  },
  {
    name: "system heartbeat enable",
    summary: "switch heartbeats on until the next start",
    options: COMMON,
    invalidConfig: "stop",
    load: () => import("./heartbeat-enable.ts"),
  },
  {
    name: "system heartbeat disable",
    summary: "switch heartbeats off until the next start",
    options: COMMON,
    invalidConfig: "stop",
    load: () => import("./heartbeat-disable.ts"),
  },
  {
    name: "system presence",
    summary: "show who is connected",
    options: COMMON,
    invalidConfig: "stop",
    load: () => import("./presence.ts"),
  },
];
