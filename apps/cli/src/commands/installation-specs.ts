import { JSON_OUTPUT } from "./options.ts";
import type { CommandSpec, OptionSpec } from "./spec.ts";

const NON_INTERACTIVE: OptionSpec = { flags: "--non-interactive", summary: "ask nothing" };
const YES: OptionSpec = { flags: "--yes", summary: "go on without asking" };
const REMOVAL: readonly OptionSpec[] = [
  { flags: "--dry-run", summary: "show what would go, and touch nothing" },
  { flags: "--delete", summary: "delete for good instead of moving aside" },
  YES,
  NON_INTERACTIVE,
  JSON_OUTPUT,
];

/** Commands that set this machine up, and take it back. */
export const INSTALLATION_SPECS: readonly CommandSpec[] = [
  {
    name: "setup",
    summary: "create configuration and workspace",
    options: [{ flags: "--workspace <dir>", summary: "folder of the default agent" }, JSON_OUTPUT],
    invalidConfig: "stop",
    module: "setup",
  },
  {
    name: "reset",
    summary: "move configuration, state and workspace aside, to begin anew",
    options: [{ flags: "--scope <scope>", summary: "config, config+creds+sessions or full" }, ...REMOVAL],
    invalidConfig: "own",
    module: "reset",
  },
  {
    name: "uninstall",
    summary: "take the service of this profile and its files off this machine",
    options: [
      { flags: "--service", summary: "stop and remove the service" },
      { flags: "--state", summary: "configuration, credentials and sessions" },
      { flags: "--workspace", summary: "workspaces of the agents" },
      { flags: "--app", summary: "accepted for older scripts: there is no app here" },
      { flags: "--all", summary: "all of these" },
      ...REMOVAL,
    ],
    invalidConfig: "own",
    module: "uninstall",
  },
];
