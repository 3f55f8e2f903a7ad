import { at } from "../recording/json.ts";
import type { Deviation } from "./deviation.ts";
import { is, isSqliteFile, more, nothing } from "./differences.ts";
import { answered, connectId, hello3, something, splice, withAnswer, withStart } from "./edits.ts";

/** The command line of the old line, against a gateway without configuration. */
export const CLI_3: readonly Deviation[] = [
  {
    files: ["cli-v3/*"],
    because: "The gateway does not look for newer versions of itself.",
    row: "protocol.md §3.4 updateAvailable (LATER)",
    kind: "fact",
    differences: nothing("payload.snapshot.updateAvailable"),
  },
  {
    files: ["cli-v3/*"],
    because: "Clients tell their own version; here the recorded command line and gateway told the same.",
    row: "protocol.md §3.4 server.version",
    kind: "fact",
    differences: ["payload.snapshot.presence.*.version", "payload.*.version"].map((place) => ({
      at: place,
      ours: is("dev"),
    })),
  },
  {
    files: ["cli-v3/cli-gateway-status"],
    because: "All state lives in one SQLite file, and path fields name it.",
    row: "README.md State",
    kind: "fact",
    differences: ["payload.sessions.paths.0", "payload.sessions.byAgent.0.path"].map((place) => ({
      at: place,
      ours: isSqliteFile,
    })),
  },
  {
    files: ["cli-v3/cli-gateway-status"],
    because: "Without a configured model the built-in echo answers.",
    row: "agents-sessions.md §10 built-in offline model",
    kind: "fact",
    differences: [
      { at: "payload.sessions.defaults.model", ours: is("echo") },
      { at: "payload.sessions.defaults.contextTokens", ours: is(32_000) },
    ],
  },
  {
    files: ["cli-v3/cli-agent", "v4/cli-agent-*"],
    because: "A run that cannot begin ends as an error on every surface, in our words.",
    row: "README.md Provider errors",
    kind: "behaviour",
    instead: withStart,
    differences: [
      { at: "payload.data.error", ours: "something else" },
      { at: "payload.errorMessage", ours: "something else" },
      { at: "payload.summary", ours: "something else" },
      { at: "error.message", ours: "something else" },
      ...more("error.details"),
      // The event before told it.
      ...nothing("payload.data.startedAt"),
    ],
  },
  {
    files: ["cli-v3/cli-status"],
    because: "The configuration is that of the gateway under test.",
    row: "methods.md §3 config.get",
    kind: "fact",
    instead: withAnswer((frame) => at(frame, "payload", "parsed") !== undefined, something),
  },
  {
    files: ["cli-v3/cli-gateway-probe"],
    because: "The recorded command line left before its last answer came.",
    row: "protocol-v4.md §11 gateway probe: four calls in parallel",
    kind: "fact",
    instead: splice("client", 11, 0, answered("900e74ab-a1e5-4425-be1e-5114a499be2d")),
  },
  {
    files: ["cli-v3/cli-logs", "v4/cli-logs-*"],
    because: "The log is that of the gateway under test.",
    row: "methods.md §2 logs.tail",
    kind: "fact",
    differences: ["file", "cursor", "size", "lines.*", "truncated"].map((key) => ({
      at: `payload.${key}`,
      ours: "something else" as const,
    })),
  },
  {
    files: ["cli-v3/cross-cli3-gateway9-health"],
    because: "Clients of dialect 3 are served.",
    row: "protocol-v4.md §1: both dialects",
    kind: "behaviour",
    instead: (recording) =>
      splice("client", 2, 2, answered(connectId(recording), hello3), { kind: "leave" })(recording),
    differences: nothing("payload.capabilities"),
  },
];
