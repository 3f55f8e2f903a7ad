import { CONNECTION, JSON_OUTPUT, TIMEOUT } from "./options.ts";
import type { CommandSpec } from "./spec.ts";

/** Commands that do something. */
export const ACTION_SPECS: readonly CommandSpec[] = [
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
    module: "agent",
  },
  {
    name: "dashboard",
    summary: "show the address of the Control UI, and on a terminal open it",
    options: [{ flags: "--no-open", summary: "start no browser" }, JSON_OUTPUT],
    invalidConfig: "stop",
    module: "dashboard",
  },
  {
    name: "completion",
    summary: "print a script by which a shell completes these words",
    options: [
      { flags: "-s, --shell <shell>", summary: "zsh (when not given), bash, powershell or fish" },
      { flags: "--write-state", summary: "write the scripts of all shells below the state folder instead" },
      { flags: "-i, --install", summary: "have the shell read its script whenever it starts" },
      { flags: "-y, --yes", summary: "with --install: do not ask" },
      JSON_OUTPUT,
    ],
    invalidConfig: "own",
    module: "completion",
  },
];
