import { ACTION_SPECS } from "./action-specs.ts";
import { GATEWAY_SPECS } from "./gateway/specs.ts";
import { REPORT_SPECS } from "./report-specs.ts";
import type { CommandSpec, CommandSyntax } from "./spec.ts";

/** Commands that only hold others. */
export const GROUPS: readonly CommandSyntax[] = [
  { name: "channels", summary: "look at the channels" },
  { name: "config", summary: "read the configuration" },
];

/** Every command of this release. Docs: runbook.md#five-minute-start */
export const COMMANDS: readonly CommandSpec[] = [...GATEWAY_SPECS, ...REPORT_SPECS, ...ACTION_SPECS];
