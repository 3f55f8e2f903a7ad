import { CONNECTION, JSON_OUTPUT } from "./options.ts";
import type { CommandSpec } from "./spec.ts";

/** What is wrong with this installation, and how to mend it. */
export const DOCTOR_SPECS: readonly CommandSpec[] = [
  {
    name: "doctor",
    summary: "look for what is wrong and say how to mend it",
    options: [
      {
        flags: "--fix",
        summary: "mend what can be mended: the configuration, and the rest when you can be asked",
      },
      { flags: "--repair", summary: "the same as --fix" },
      { flags: "--yes", summary: "mend everything without asking, also without a terminal" },
      { flags: "--force", summary: "with --fix: overwrite what was changed on purpose, too" },
      { flags: "--non-interactive", summary: "ask nothing; answers every question with no" },
      { flags: "--generate-gateway-token", summary: "make a token when there is none" },
      { flags: "--deep", summary: "look for services of the whole machine, too" },
      { flags: "--no-workspace-suggestions", summary: "accepted for older scripts" },
      { flags: "--strict", summary: "exit 1 when something is found that keeps the gateway from working" },
      JSON_OUTPUT,
    ],
    invalidConfig: "own",
    module: "doctor",
  },
  {
    name: "doctor proxy",
    summary: "show what the gateway sees of a request, and the setting to change",
    options: [
      { flags: "--url <url>", summary: "address that browsers use; the gateway's own otherwise" },
      ...CONNECTION.filter(({ flags }) => !flags.startsWith("--url")),
      { flags: "--strict", summary: "exit 1 when something is to be changed" },
      JSON_OUTPUT,
    ],
    inherits: ["json", "strict"],
    invalidConfig: "warn",
    module: "doctor-proxy",
  },
];
