import { DRY_RUN, JSON_OUTPUT, OWN_CONNECTION } from "../options.ts";
import type { CommandSpec, OptionSpec } from "../spec.ts";

const WRITE: readonly OptionSpec[] = [DRY_RUN, JSON_OUTPUT, ...OWN_CONNECTION];

/** Commands that change which agents and which default model there are. Docs: configuration.md#agents */
export const AGENT_SPECS: readonly CommandSpec[] = [
  {
    name: "agents add",
    summary: "add an agent",
    words: ["[name]"],
    options: [
      { flags: "--workspace <dir>", summary: "folder it works in; one of its own otherwise" },
      { flags: "--model <ref>", summary: "its model; the default one otherwise" },
      { flags: "--agent-dir <dir>", summary: "folder of its own files" },
      { flags: "--bind <channel:account...>", summary: "whose chats it answers; or a channel alone" },
      { flags: "--non-interactive", summary: "ask nothing" },
      ...WRITE,
    ],
    invalidConfig: "own",
    module: "agents/add",
  },
  {
    name: "agents delete",
    summary: "delete an agent, and put its files aside",
    words: ["<id>"],
    options: [{ flags: "--force", summary: "do not ask" }, ...WRITE],
    invalidConfig: "own",
    module: "agents/delete",
  },
  {
    name: "models set",
    summary: "choose the default model",
    words: ["<model>"],
    options: WRITE,
    invalidConfig: "own",
    module: "models/set",
  },
];
