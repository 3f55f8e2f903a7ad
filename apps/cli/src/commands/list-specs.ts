import { CONNECTION, JSON_OUTPUT } from "./options.ts";
import type { CommandSpec } from "./spec.ts";

const COMMON = [JSON_OUTPUT, ...CONNECTION];

/** Commands that show what there is. */
export const LIST_SPECS: readonly CommandSpec[] = [
  {
    name: "sessions",
    summary: "show the newest sessions",
    options: [
      { flags: "--active <minutes>", summary: "only those used since then" },
      { flags: "--agent <id>", summary: "of this agent; the default one otherwise", conflicts: "allAgents" },
      { flags: "--all-agents", summary: "of every agent" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "sessions/list",
  },
  {
    name: "sessions cleanup",
    summary: "remove the sessions that need not be kept, or show which",
    options: [
      { flags: "--dry-run", summary: "only show what would go" },
      { flags: "--enforce", summary: 'remove it also where session.maintenance.mode is "warn"' },
      { flags: "--active-key <key>", summary: "a session that stays in any case" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "sessions/cleanup",
  },
  {
    name: "audit",
    summary: "show who did what that matters for security",
    options: [
      { flags: "--kind <kind>", summary: "only of this kind, such as auth.failed" },
      { flags: "--since <time>", summary: "only from then on: 10m, 2h or an ISO time" },
      { flags: "--limit <count>", summary: "the newest so many (100)" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "audit",
  },
  {
    name: "agents list",
    summary: "show the configured agents",
    options: [{ flags: "--bindings", summary: "with the chats each of them answers" }, JSON_OUTPUT],
    invalidConfig: "stop",
    module: "agents/list",
  },
  {
    name: "models list",
    summary: "show the models runs can use",
    options: [{ flags: "--plain", summary: "their keys only" }, ...COMMON],
    invalidConfig: "stop",
    module: "models/list",
  },
  {
    name: "models status",
    summary: "show the default model and which providers have a key",
    options: [
      { flags: "--check", summary: "exit 1 when a key or the default model is missing" },
      { flags: "--plain", summary: "the default model only" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "models/status",
  },
];
