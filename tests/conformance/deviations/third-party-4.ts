import { at } from "../recording/json.ts";
import type { Deviation } from "./deviation.ts";
import { is, more, nothing } from "./differences.ts";
import { something, withAnswer } from "./edits.ts";
import { withoutLaterEvents } from "./later-parts.ts";

/** A whole session of a client that others wrote. */
export const THIRD_PARTY_4: readonly Deviation[] = [
  {
    files: ["v4/third-party-openclaw-node"],
    because: "Events and stream steps of later parts are not sent; clients of this line ignore unknown ones.",
    row: "protocol-v4.md §7 guards (LATER: task), chat event status, agent streams",
    kind: "behaviour",
    until: "tasks, model phases, usage",
    instead: withoutLaterEvents,
  },
  {
    files: ["v4/third-party-openclaw-node", "v4/wire-chat-*"],
    because: "Pieces and ends of runs tell nothing of items, receipts and liveness; the end tells the usage.",
    row: "protocol-v4.md §7 agent event (optional fields), chat final usage?",
    kind: "behaviour",
    until: "those parts",
    differences: [
      ...nothing("agent.payload.data.itemId", "payload.data.aborted", "payload.data.livenessState"),
      ...nothing("payload.data.replayInvalid"),
      ...nothing(
        "payload.data.executionSettled",
        "payload.data.terminalReceipt",
        "payload.data.terminalReply",
      ),
      ...more("payload.usage"),
    ],
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "The report of a finished run has the fields of dialect 3.",
    row: "protocol.md §9.1; protocol-v4.md §7 result meta",
    kind: "behaviour",
    until: "those parts",
    differences: nothing("payload.result.sourceReplyDeliveryState", "payload.result.meta.**"),
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "Lists of agents and sessions have the fields of dialect 3; more are optional.",
    row: "methods.md §5 sessions.list row; protocol-v4.md §7 minimum useful row",
    kind: "behaviour",
    until: "those parts",
    differences: [
      ...nothing("payload.agents.*.*", "payload.defaults.*", "payload.sessions.*.*", "payload.session.*"),
      ...more("payload.session.origin", "payload.session.cacheRead", "payload.session.cacheWrite"),
      ...more("payload.session.deliveryContext", "payload.session.lastChannel"),
      ...more("payload.session.lastMessagePreview"),
      ...more("payload.session.hasActiveRun", "payload.session.activeRunIds"),
      ...more("payload.sessions.*.origin", "payload.sessions.*.cacheRead", "payload.sessions.*.cacheWrite"),
      ...more("payload.sessions.*.deliveryContext", "payload.sessions.*.lastChannel"),
      { at: "payload.path", ours: is("[redacted]") },
    ],
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "The configuration is that of the gateway under test; some fields of the new line are optional.",
    row: "protocol-v4.md §10 config.get; methods.md §3 config.get",
    kind: "fact",
    instead: withAnswer((frame) => at(frame, "payload", "legacyIssues") !== undefined, {
      path: "<path>",
      exists: true,
      raw: "<text>",
      parsed: something,
      resolved: something,
      valid: true,
      config: something,
      sourceConfig: something,
      runtimeConfig: something,
      includedPaths: [],
      configRevisionHash: "<text>",
      appliedConfigHash: "<text>",
      hash: "<hash>",
      issues: [],
      warnings: [],
      legacyIssues: [],
    }),
  },
];
