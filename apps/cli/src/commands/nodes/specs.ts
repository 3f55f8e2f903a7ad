import { CONNECTION, JSON_OUTPUT } from "../options.ts";
import type { CommandSpec, OptionSpec } from "../spec.ts";

const COMMON = [JSON_OUTPUT, ...CONNECTION];
const NODE: OptionSpec = {
  flags: "--node <node>",
  summary: "which node: its id, its name, or how its id begins",
  required: true,
};

/** `nodes` and the commands below it. */
export const NODE_SPECS: readonly CommandSpec[] = [
  {
    name: "nodes status",
    summary: "show the nodes and what they may be asked for",
    options: COMMON,
    invalidConfig: "stop",
    module: "nodes/status",
  },
  {
    name: "nodes describe",
    summary: "show all about one node",
    options: [NODE, ...COMMON],
    invalidConfig: "stop",
    module: "nodes/describe",
  },
  {
    name: "nodes invoke",
    summary: "have a node run one of its commands and show the answer",
    options: [
      NODE,
      { flags: "--command <command>", summary: "what to run, e.g. system.which", required: true },
      { flags: "--params <json>", summary: "its params as JSON" },
      { flags: "--invoke-timeout <ms>", summary: "longest time the node may take (15000)" },
      { flags: "--idempotency-key <key>", summary: "passed on to the node; a new one otherwise" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "nodes/invoke",
  },
  {
    name: "nodes rename",
    summary: "give a node the name it is shown by",
    options: [NODE, { flags: "--name <name>", summary: "its new name", required: true }, ...COMMON],
    invalidConfig: "stop",
    module: "nodes/rename",
  },
  {
    name: "nodes pending",
    summary: "show what nodes wait to be approved for",
    options: COMMON,
    invalidConfig: "stop",
    module: "nodes/pending",
  },
  {
    name: "nodes approve",
    summary: "let operators ask a node for all its request names",
    words: ["<requestId>"],
    options: COMMON,
    invalidConfig: "stop",
    module: "nodes/approve",
  },
  {
    name: "nodes reject",
    summary: "leave a node with what it is approved for",
    words: ["<requestId>"],
    options: COMMON,
    invalidConfig: "stop",
    module: "nodes/reject",
  },
];
