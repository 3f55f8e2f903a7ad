import { JSON_OUTPUT } from "../options.ts";
import type { CommandSpec } from "../spec.ts";

/** `tokens` and the commands below it. Docs: configuration.md#named-tokens */
export const TOKEN_SPECS: readonly CommandSpec[] = [
  {
    name: "tokens create",
    summary: "make a token for one client and print it once",
    options: [
      { flags: "--name <name>", summary: "who it is for: a-z, 0-9 and -", required: true },
      { flags: "--scope <scope...>", summary: "what it may do: read, write, … (read)" },
      { flags: "--role <role>", summary: "operator or node (operator)" },
      { flags: "--expires <duration>", summary: "how long it is good for, e.g. 30d; for good otherwise" },
      { flags: "--cidr <block...>", summary: "where it may come from; anywhere otherwise" },
      JSON_OUTPUT,
    ],
    invalidConfig: "stop",
    module: "tokens/create",
  },
  {
    name: "tokens list",
    summary: "show the named tokens",
    options: [JSON_OUTPUT],
    invalidConfig: "stop",
    module: "tokens/list",
  },
  {
    name: "tokens revoke",
    summary: "end a named token and its connections",
    words: ["<name>"],
    options: [JSON_OUTPUT],
    invalidConfig: "stop",
    module: "tokens/revoke",
  },
];
