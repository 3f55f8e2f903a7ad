import type { Deviation } from "./deviation.ts";
import { is, isEmpty, more, nothing } from "./differences.ts";
import { answered, connectId, hello4, splice } from "./edits.ts";
import { withoutLaterEvents } from "./later-parts.ts";

/** The command line of the new line. */
export const CLI_4: readonly Deviation[] = [
  {
    files: ["v4/cli-agent-*"],
    because: "Events and stream steps of later parts are not sent; clients of this line ignore unknown ones.",
    row: "protocol-v4.md §7 guards (LATER: task), chat event status, agent streams",
    kind: "behaviour",
    until: "tasks, model phases, summaries",
    instead: withoutLaterEvents,
    differences: [...nothing("payload.data.executionSettled"), ...more("payload.errorKind")],
  },
  {
    files: ["v4/cli-cron-list-*"],
    because: "There is no scheduler yet, and no heartbeat job in it.",
    row: "protocol-v4.md §10 cron.list; methods.md §9 (SHOULD)",
    kind: "fact",
    until: "cron",
    differences: [
      { at: "payload.jobs", ours: isEmpty },
      { at: "payload.total", ours: is(0) },
      { at: "payload.snapshotRevision", ours: "something else" },
      ...nothing("payload.deliveryPreviews.*"),
    ],
  },
  {
    files: ["v4/cli-devices-list-remote"],
    because: "A request that grew names the role it began with; `roles` tells all.",
    row: "protocol.md §4.6 Merging keeps the first role",
    kind: "behaviour",
    differences: [{ at: "payload.pending.0.role", ours: is("operator") }],
  },
  {
    files: ["v4/cross-cli9-gateway3-health"],
    because: "Clients of dialect 4 are served.",
    row: "protocol-v4.md §1: both dialects",
    kind: "behaviour",
    instead: (recording) =>
      splice("client", 2, 2, answered(connectId(recording), hello4(["operator.read"])), { kind: "leave" })(
        recording,
      ),
  },
  {
    files: ["v4/cross-cli9-gateway3-gwstatus", "v4/cross-cli9-gateway3-probe"],
    because: "A range that reaches 4 is answered in dialect 4.",
    row: "protocol-v4.md §2 rule 1",
    kind: "behaviour",
    instead: (recording) => splice("client", 2, 1, answered(connectId(recording), hello4([])))(recording),
  },
  {
    files: ["v4/cross-cli9-gateway3-probe"],
    because: "Dialect 4 tells of plugins and the event loop, and has an own code for missing scopes.",
    row: "protocol-v4.md §1 scope failure, §10 health",
    kind: "behaviour",
    differences: [
      ...more("payload.plugins", "payload.eventLoop", "error.details"),
      { at: "error.code", ours: is("FORBIDDEN") },
    ],
  },
];
