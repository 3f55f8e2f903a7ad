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

/** Exit 1 when the report contains a problem. */
export const STRICT: OptionSpec = { flags: "--strict", summary: "exit 1 when anything reported is down" };
