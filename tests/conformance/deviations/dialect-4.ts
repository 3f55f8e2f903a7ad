import { at } from "../recording/json.ts";
import type { Deviation } from "./deviation.ts";
import { inHealth, is, isEmpty, more, nothing } from "./differences.ts";
import { answered, hello3, hello4, refused, something, splice, withAnswer } from "./edits.ts";

/** Methods the recorded gateways answer without listing them. */
const UNLISTED = ["chat.inject", "sessions.get", "sessions.resolve"];

/** What dialect 4 adds. */
export const DIALECT_4: readonly Deviation[] = [
  {
    files: ["v4/hello-ok"],
    because: "The hello lists every method there is, also those the recorded gateway keeps to itself.",
    row: "protocol-v4.md §5 features.methods",
    kind: "fact",
    differences: [
      {
        at: "payload.features.methods",
        ours: (methods) => Array.isArray(methods) && UNLISTED.every((name) => methods.includes(name)),
      },
    ],
  },
  {
    files: ["v4/*"],
    because: "A gateway lists the capabilities it has; none of these is built.",
    row: "protocol-v4.md §5 capabilities, §2 connect.challenge",
    kind: "fact",
    until: "the capability",
    differences: nothing("payload.capabilities", "payload.features.capabilities"),
  },
  {
    files: ["v4/*"],
    because:
      "Optional fields of the hello about parts that come later: control UI, canvas, builds, sharing, recovery.",
    row: "protocol-v4.md §5 (LATER rows)",
    kind: "fact",
    until: "those parts",
    differences: nothing(
      "payload.server.buildId",
      "payload.server.controlUiBuildSource",
      "payload.controlUiWidgetKinds",
      "payload.controlUiLinkReaders",
      "payload.pluginSurfaceUrls",
      "payload.auth.recoveryScope",
      "payload.auth.recoveryMigrationAllowed",
      "payload.policy.allowedSessionVisibilities",
      "payload.policy.hasMultipleSessionSharingIdentities",
      "payload.snapshot.updateSchedule",
      "payload.snapshot.appliedConfigHash",
      "payload.snapshot.sessionDefaults.modelConfigured",
      "payload.snapshot.sessionDefaults.ownership",
      "payload.snapshot.sessionDefaults.selectionRequired",
    ),
  },
  {
    files: ["v4/*"],
    because: "The sizes of attachments are those this gateway takes: images, up to 5 MB each.",
    row: "methods.md §4 chat.send rules",
    kind: "fact",
    differences: ["maxBytes", "maxImageBytes"].map((name) => ({
      at: `payload.policy.attachments.${name}`,
      ours: is(5_000_000),
    })),
  },
  {
    files: ["v4/*"],
    because: "Nothing is plugged in.",
    row: "protocol-v4.md §10 health plugins",
    kind: "fact",
    differences: inHealth("plugins.loaded").map((place) => ({ at: place, ours: isEmpty })),
  },
  {
    files: ["v4/*"],
    because:
      "health tells nothing yet about reload and models, nor which threads are busy: these fields are optional.",
    row: "protocol-v4.md §10 health",
    kind: "fact",
    until: "those parts",
    differences: nothing(
      ...inHealth("configReload"),
      ...inHealth("eventLoop.cpuBreakdown"),
      "payload.modelRuntime",
    ),
  },
  {
    files: ["v4/*"],
    because: "Heartbeats go nowhere unless a target is configured, as in dialect 3.",
    row: "agents-sessions.md §7.5 Target",
    kind: "fact",
    differences: inHealth("agents.*.heartbeat.target").map((place) => ({ at: place, ours: is("none") })),
  },
  {
    files: ["v4/*"],
    because: "The gateway's own presence entry has the fields of dialect 3.",
    row: "protocol.md §8.3 self entry",
    kind: "fact",
    differences: [
      ...nothing("payload.snapshot.presence.0.instanceId"),
      ...more("payload.snapshot.presence.0.modelIdentifier"),
    ],
  },
  {
    files: ["v4/*"],
    because: "Without operator.read the paths and sessions of health are hidden; counts stay.",
    row: "protocol.md §8.4 Ours; threats.md T-AZ-11",
    kind: "behaviour",
    differences: [
      ...[...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
        at: place,
        ours: is("[redacted]"),
      })),
      ...[...inHealth("sessions.recent"), ...inHealth("agents.*.sessions.recent")].map((place) => ({
        at: place,
        ours: isEmpty,
      })),
    ],
  },
  {
    files: [
      "v4/cli-health-local",
      "v4/cli-health-remote",
      "v4/cli-logs-local",
      "v4/cli-nodes-status-local",
      "v4/wire-deviceless-backend",
      "v4/third-party-openclaw-node",
      "v4/wire-device-token",
    ],
    because: "Presence lists every client but command lines, with the fields of dialect 3.",
    row: "protocol.md §8.3 on connect",
    kind: "behaviour",
    differences: [
      { at: "payload.snapshot.presence", ours: (list) => Array.isArray(list) && list.length === 2 },
      ...nothing("payload.snapshot.presence.1.clientId", "payload.snapshot.presence.1.user"),
      ...nothing("payload.snapshot.presence.1.onlineSince"),
      ...more("payload.snapshot.presence.1.instanceId"),
      { at: "payload.snapshot.presence.1.text", ours: is("Node: openclaw-tui · mode ui") },
      { at: "payload.snapshot.presence.1.scopes", ours: "something else" },
    ],
  },
  {
    files: ["v4/wire-deviceless-cli-admin", "v4/wire-unknown-method-read"],
    because: "status does not yet tell of tasks, runtimes and memory.",
    row: "protocol-v4.md §10 status",
    kind: "fact",
    until: "those parts",
    instead: withAnswer((frame) => at(frame, "payload", "runtimeVersion") !== undefined, something),
  },
  {
    files: ["v4/wire-scope-upgrade", "v4/wire-node-v4"],
    because: "The close reason keeps the whole request id and cuts the prose.",
    row: "protocol-v4.md §4 requirement text; README.md Pre-auth",
    kind: "behaviour",
    differences: [
      {
        at: "close.reason",
        ours: (reason) => /^pairing required: .* \(requestId: [0-9a-f-]{36}\)$/.test(String(reason)),
      },
    ],
  },
  {
    files: ["v4/wire-node-v3"],
    because: "Who offers 3 only is answered in dialect 3.",
    row: "protocol-v4.md §2 rules 1 and 3",
    kind: "behaviour",
    instead: splice(
      "client",
      2,
      2,
      refused("c1", {
        code: "NOT_PAIRED",
        message: "pairing required",
        details: { code: "PAIRING_REQUIRED", requestId: "<requestId>", reason: "role-upgrade" },
      }),
      { kind: "closed", code: 1008, reason: "pairing required" },
    ),
  },
  {
    files: ["v4/wire-restart-request"],
    because:
      "A restart nothing holds up is scheduled, not deferred, and answered with the fields of every restart.",
    row: "protocol-v4.md §10 gateway.restart.request; methods.md §3 restart",
    kind: "behaviour",
    differences: [
      { at: "payload.status", ours: is("scheduled") },
      { at: "payload.restart.signal", ours: is("SIGUSR1") },
      ...nothing("payload.restart.emitHooksQueued"),
    ],
  },
  {
    files: ["v4/wire-v3-operator"],
    because: "Clients of dialect 3 are served.",
    row: "protocol-v4.md §1: both dialects",
    kind: "behaviour",
    instead: splice("client", 2, 2, answered("c1", hello3)),
  },
  {
    files: ["v4/wire-v3-probe"],
    because: "Who offers 3 only is answered in dialect 3.",
    row: "protocol-v4.md §2 rules 1 and 3",
    kind: "behaviour",
    instead: splice("client", 2, 1, answered("c1", hello3)),
  },
  {
    files: ["v4/wire-dev-ok-v2"],
    because: "Changed metadata never makes a device pair again.",
    row: "protocol-v4.md §4 silent local pairing, Ours; README.md Device tokens",
    kind: "behaviour",
    instead: splice(
      "client",
      2,
      2,
      answered("c1", hello4(["operator.read"], { deviceToken: "<deviceToken>", issuedAtMs: "<ms>" })),
    ),
  },
];
