import type { OptionSpec } from "./spec.ts";

/** Result as JSON on stdout. */
export const JSON_OUTPUT: OptionSpec = { flags: "--json", summary: "print JSON" };

/** Deadline of the gateway's answer. */
export const TIMEOUT: OptionSpec = { flags: "--timeout <ms>", summary: "give up after this time" };

/** Which gateway to talk to, and as whom. Docs: runbook.md#five-minute-start */
export const CONNECTION: readonly OptionSpec[] = [
  { flags: "--url <url>", summary: "gateway address; needs --token or --password" },
  { flags: "--token <token>", summary: "gateway token" },
  { flags: "--password <password>", summary: "gateway password" },
  TIMEOUT,
];

/** Connection to the one gateway that runs with our configuration file. */
export const OWN_CONNECTION: readonly OptionSpec[] = CONNECTION.filter(
  ({ flags }) => !flags.startsWith("--url"),
);

/** Only what would be written. */
export const DRY_RUN: OptionSpec = { flags: "--dry-run", summary: "check everything, write nothing" };

/** Exit 1 when the report contains a problem. */
export const STRICT: OptionSpec = { flags: "--strict", summary: "exit 1 when anything reported is down" };
