import { DRY_RUN, JSON_OUTPUT, OWN_CONNECTION } from "../options.ts";
import type { CommandSpec, OptionSpec } from "../spec.ts";

const WRITE: readonly OptionSpec[] = [
  DRY_RUN,
  { flags: "--force", summary: "write even what drops gateway.mode or most settings" },
  JSON_OUTPUT,
  ...OWN_CONNECTION,
];

/** `config` and the commands below it. Docs: configuration.md#commands */
export const CONFIG_SPECS: readonly CommandSpec[] = [
  {
    name: "config get",
    summary: "print a setting",
    words: ["<path>"],
    options: [JSON_OUTPUT, { flags: "--reveal", summary: "show secrets; only on a terminal" }],
    invalidConfig: "own",
    module: "config/get",
  },
  {
    name: "config set",
    summary: "change a setting",
    words: ["<path>", "<value>"],
    options: [{ flags: "--strict-json", summary: "the value must be JSON5" }, ...WRITE],
    invalidConfig: "own",
    module: "config/set",
  },
  {
    name: "config unset",
    summary: "take a setting out",
    words: ["<path>"],
    options: WRITE,
    invalidConfig: "own",
    module: "config/unset",
  },
  {
    name: "config edit",
    summary: "edit the file in $EDITOR; it is checked before it counts",
    options: WRITE,
    invalidConfig: "own",
    module: "config/edit",
  },
  {
    name: "config validate",
    summary: "check the configuration, or another file",
    words: ["[file]"],
    options: [JSON_OUTPUT],
    invalidConfig: "own",
    module: "config/validate",
  },
  {
    name: "config diff",
    summary: "show what the file says and the running gateway does not",
    options: [
      { flags: "--against <text>", summary: "last-good, an entry of the history, or a file" },
      JSON_OUTPUT,
      ...OWN_CONNECTION,
    ],
    invalidConfig: "own",
    module: "config/diff",
  },
  {
    name: "config history",
    summary: "show who changed what",
    options: [{ flags: "--limit <n>", summary: "newest entries to show (20)" }, JSON_OUTPUT],
    invalidConfig: "own",
    module: "config/history",
  },
  {
    name: "config rollback",
    summary: "go back to an earlier text",
    words: ["[entry]"],
    options: WRITE,
    invalidConfig: "own",
    module: "config/rollback",
  },
  {
    name: "config explain",
    summary: "say where a setting comes from, and what a change would do",
    words: ["<path>"],
    options: [JSON_OUTPUT],
    invalidConfig: "own",
    module: "config/explain",
  },
  {
    name: "config schema",
    summary: "print the JSON Schema of the configuration, or of a part",
    words: ["[path]"],
    options: [{ flags: "--out <file>", summary: "write it into a file" }, JSON_OUTPUT],
    invalidConfig: "own",
    module: "config/schema",
  },
];
