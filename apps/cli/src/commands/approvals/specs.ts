import { CONNECTION, JSON_OUTPUT } from "../options.ts";
import type { CommandSpec } from "../spec.ts";

const COMMON = [JSON_OUTPUT, ...CONNECTION];
const NODE = { flags: "--node <node>", summary: "of this node: id or name", conflicts: "gateway" };
const GATEWAY = { flags: "--gateway", summary: "of the gateway itself, as without --node" };
const AGENT = { flags: "--agent <id>", summary: "whose list (main)" };

/** `approvals` and the commands below it. Docs: approvals.md#commands */
export const APPROVAL_SPECS: readonly CommandSpec[] = [
  {
    name: "approvals list",
    summary: "show commands that wait for a decision",
    options: COMMON,
    invalidConfig: "stop",
    module: "approvals/list",
  },
  {
    name: "approvals approve",
    summary: "let a waiting command run",
    words: ["<id>"],
    options: [{ flags: "--always", summary: "not only this once" }, ...COMMON],
    invalidConfig: "stop",
    module: "approvals/approve",
  },
  {
    name: "approvals deny",
    summary: "keep a waiting command from running",
    words: ["<id>"],
    options: COMMON,
    invalidConfig: "stop",
    module: "approvals/deny",
  },
  {
    name: "approvals get",
    summary: "show what agents may run without asking",
    options: [NODE, GATEWAY, ...COMMON],
    invalidConfig: "stop",
    module: "approvals/get",
  },
  {
    name: "approvals set",
    summary: "replace what agents may run without asking",
    options: [
      { flags: "--file <path>", summary: "from this file", conflicts: "stdin" },
      { flags: "--stdin", summary: "from standard input" },
      NODE,
      GATEWAY,
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "approvals/set",
  },
  {
    name: "approvals allowlist add",
    summary: "let an agent run these programs without asking",
    words: ["<pattern>"],
    options: [AGENT, NODE, GATEWAY, ...COMMON],
    invalidConfig: "stop",
    module: "approvals/allowlist/add",
  },
  {
    name: "approvals allowlist remove",
    summary: "have an agent ask before it runs these programs",
    words: ["<pattern>"],
    options: [AGENT, NODE, GATEWAY, ...COMMON],
    invalidConfig: "stop",
    module: "approvals/allowlist/remove",
  },
];
