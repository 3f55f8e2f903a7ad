import { at } from "./recording/json.ts";
import type { Entry, Frame, Recording } from "./recording/recording.ts";
import type { Difference } from "./replay.ts";

/** Where the product differs from a recording on purpose. */
export interface Deviation {
  /** Names of recordings; `*` stands for any text. */
  readonly files: readonly string[];
  /** What asks for it, and what differs. */
  readonly because: string;
  /** A capability after which the recording will be met. @default never, the difference stays */
  readonly until?: string;
  readonly differences?: readonly Difference[];
  /** The conversation as it goes with us, where frames are other ones altogether. */
  readonly instead?: (recording: Recording) => Recording;
}

/** Whether a name fits a pattern with `*`. */
export function fits(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(name);
}

// --- ways to tell a conversation as it goes with us ---

const something: Frame = { "...": "anything" };

const answered = (id: string, payload: Frame = something): Entry => ({
  kind: "receive",
  frame: { type: "res", id, ok: true, payload },
});

const refused = (id: string, error: Frame): Entry => ({
  kind: "receive",
  frame: { type: "res", id, ok: false, error },
});

const unknownMethod = (id: string, method: string): Entry =>
  refused(id, { code: "INVALID_REQUEST", message: `unknown method: ${method}` });

/** The hello of dialect 3, as far as which dialect it is. */
const hello3: Frame = {
  type: "hello-ok",
  protocol: 3,
  server: { version: "<version>", connId: "<connId>" },
  features: something,
  snapshot: something,
  policy: something,
};

/** The hello of dialect 4 for a connection with these scopes. */
const hello4 = (scopes: readonly string[], auth: Frame = {}): Frame => ({
  type: "hello-ok",
  protocol: 4,
  server: { version: "<version>", connId: "<connId>", bootId: "<text>" },
  features: something,
  snapshot: something,
  auth: { method: "token", role: "operator", scopes, ...auth },
  policy: something,
});

type Edit = (recording: Recording) => Recording;

/** Puts other entries in the place of `count` recorded ones. */
function splice(connection: string, start: number, count: number, ...entries: Entry[]): Edit {
  return (recording) => edit(recording, connection, (known) => known.toSpliced(start, count, ...entries));
}

/** Puts entries before the first received frame that fits. */
function before(isPlace: (frame: Frame) => boolean, ...entries: Entry[]): Edit {
  return (recording) =>
    edit(recording, undefined, (known) => {
      const index = known.findIndex((entry) => entry.kind === "receive" && isPlace(entry.frame));
      return index < 0 ? known : known.toSpliced(index, 0, ...entries);
    });
}

/** Leaves out received frames. */
function without(isLeftOut: (frame: Frame) => boolean): Edit {
  return (recording) =>
    edit(recording, undefined, (known) =>
      known.filter((entry) => entry.kind !== "receive" || !isLeftOut(entry.frame)),
    );
}

/** Puts another payload into answers. */
function withAnswer(isAnswer: (frame: Frame) => boolean, payload: Frame): Edit {
  return (recording) =>
    edit(recording, undefined, (known) =>
      known.map((entry) =>
        entry.kind === "receive" && entry.frame["type"] === "res" && isAnswer(entry.frame)
          ? { ...entry, frame: { ...entry.frame, payload } }
          : entry,
      ),
    );
}

function edit(
  recording: Recording,
  name: string | undefined,
  change: (entries: readonly Entry[]) => readonly Entry[],
): Recording {
  const connections = recording.connections.map((connection) =>
    name === undefined || connection.name === name
      ? { ...connection, entries: change(connection.entries) }
      : connection,
  );
  // With frames left out or added, only the order of one connection is known.
  return { ...recording, connections };
}

const nothing = (...places: readonly string[]): Difference[] =>
  places.map((place) => ({ at: place, ours: "nothing" }));
const more = (...places: readonly string[]): Difference[] =>
  places.map((place) => ({ at: place, ours: "something more" }));
const is =
  (value: unknown): ((received: unknown) => boolean) =>
  (received) =>
    received === value;
const isSqliteFile = (value: unknown) => typeof value === "string" && value.endsWith("gateway.sqlite");

const HEALTH_PLACES = ["payload", "payload.snapshot.health"];
const inHealth = (place: string) => HEALTH_PLACES.map((health) => `${health}.${place}`);

const inStatusRow = (row: string, key: string) =>
  ["payload.sessions.recent", "payload.sessions.byAgent.0.recent"].map((list) => `${list}.${row}.${key}`);

const ABORTS = [
  "v3/chat-abort",
  "v3/chat-stop-command",
  "v3/run-chat-abort-runid",
  "v3/run-chat-abort-session",
  "v3/run-chat-send-inflight-stop",
];

/** Every deliberate difference, with the row that asks for it. */
export const DEVIATIONS: readonly Deviation[] = [
  // --- everywhere ---
  {
    files: ["v3/*", "v4/*"],
    because: "A gateway lists the events it can emit (protocol.md#events); those of later parts are missing.",
    until: "all event families",
    differences: [{ at: "payload.features.events", ours: "something else" }],
  },
  {
    files: ["v3/*", "v4/*"],
    because:
      "health also tells whether the running configuration is the one on disk (protocol.md#health, ours).",
    differences: more(...inHealth("configStatus")),
  },
  {
    files: ["v3/*", "v4/*"],
    because: "All state lives in one SQLite file, and path fields name it (README, State).",
    differences: [...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
      at: place,
      ours: isSqliteFile,
    })),
  },

  // --- handshake, dialect 3 ---
  {
    files: ["v3/*"],
    because: "The canvas host is a later part; the field of the hello that names it is optional.",
    until: "canvas",
    differences: nothing("payload.canvasHostUrl"),
  },
  {
    files: ["v3/hs-*", "v3/dev-*"],
    because:
      "Where things lie and how clients authenticate is told to administrators only (README, hello-ok detail).",
    differences: nothing(
      "payload.snapshot.configPath",
      "payload.snapshot.stateDir",
      "payload.snapshot.authMode",
    ),
  },
  {
    files: ["v3/hs-token-no-device", "v3/dev-scopes-empty"],
    because: "Without operator.read the paths of health are hidden (T-AZ-11).",
    differences: [...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
      at: place,
      ours: is("[redacted]"),
    })),
  },
  {
    files: ["v3/hs-rate-limited"],
    because:
      "A locked out client is told when to come back, in both dialects (protocol.md#auth-rate-limit, ours).",
    differences: more("error.retryable", "error.retryAfterMs"),
  },
  {
    files: ["v3/hs-handshake-timeout"],
    because: "Before hello the time is 15 s, and the close says why (README, Pre-auth; T-DOS-03).",
    differences: [{ at: "close.reason", ours: is("handshake timeout") }],
  },
  {
    files: ["v3/hs-large-frame-preconnect"],
    because: "Before hello a message may have 64 KiB, not 25 MiB (T-DOS-02).",
    instead: splice("client", 2, 2, { kind: "closed", code: 1009, reason: "" }),
  },
  {
    files: ["v3/hs-pipelined"],
    because: "Up to 15 frames behind connect wait for the hello and are answered then (README, Pre-auth).",
    instead: splice("client", 3, 2, answered("c1", hello3), answered("r1")),
  },
  {
    files: ["v3/hs-protocol-range"],
    because: "A range that reaches 4 is answered in dialect 4 (protocol.md#negotiation).",
    instead: splice("client", 2, 1, answered("c1", hello4([]))),
  },
  {
    files: ["v3/hs-protocol-too-high"],
    because: "A range that reaches 4 is answered in dialect 4 (protocol.md#negotiation).",
    instead: splice("client", 2, 2, answered("c1", hello4([]))),
  },
  {
    files: ["v3/hs-protocol-too-low"],
    because: "The refusal names both ranges (protocol.md#negotiation).",
    differences: [
      ...more("error.details.code", "error.details.clientMinProtocol", "error.details.clientMaxProtocol"),
      ...more("error.details.minimumProbeProtocol"),
      { at: "error.details.expectedProtocol", ours: is(4) },
    ],
  },
  {
    files: ["v3/hs-auth-none"],
    because:
      "A paired device that asks for more is approved by somebody, on the same machine too (T-PAIR-11).",
    instead: splice(
      "local-scope-upgrade",
      2,
      1,
      refused("c1", {
        code: "NOT_PAIRED",
        message: "pairing required",
        details: { code: "PAIRING_REQUIRED", requestId: "<requestId#2>", reason: "scope-upgrade" },
      }),
      { kind: "closed", code: 1008, reason: "pairing required" },
    ),
  },
  {
    files: ["v3/hs-auth-none"],
    because:
      "A browser is paired without asking only from our own loopback origin with the verified secret (T-PAIR-11).",
    instead: splice(
      "ui-allowed-origin",
      2,
      1,
      refused("c1", {
        code: "NOT_PAIRED",
        message: "pairing required",
        details: { code: "PAIRING_REQUIRED", requestId: "<requestId#3>", reason: "not-paired" },
      }),
      { kind: "closed", code: 1008, reason: "pairing required" },
    ),
  },

  // --- requests, dialect 3 ---
  {
    files: ["v3/rpc-concurrent"],
    because: "voicewake.get is a later part: its refusal, too, comes before the slower answer.",
    until: "voicewake",
    instead: splice("client", 2, 1, unknownMethod("v", "voicewake.get")),
  },
  {
    files: ["v3/rpc-write-implies-read"],
    because: "voicewake.get is a later part: write passes its scope and then learns that it is unknown.",
    until: "voicewake",
    instead: splice("client", 1, 1, unknownMethod("r1", "voicewake.get")),
  },
  {
    files: ["v3/rpc-invalid-params"],
    because: "cron.run is a later part.",
    until: "cron",
    instead: splice("client", 9, 1, unknownMethod("r5", "cron.run")),
  },
  {
    files: ["v3/shutdown-sigterm"],
    because: "Wake words are a later part: a node is not told any.",
    until: "voicewake",
    instead: without((frame) => frame["event"] === "voicewake.changed"),
  },
  {
    files: ["v3/shutdown-sigterm"],
    because:
      "A socket that never connected is ended at once instead of holding up the shutdown (protocol.md#shutdown).",
    instead: splice("unauthenticated", 1, 0, { kind: "closed", code: 1006, reason: "" }),
  },

  // --- runs, dialect 3 ---
  {
    files: ["v3/*"],
    because:
      "The report about the system prompt is a cache and stays out of results (sessions.md#session-entry).",
    differences: nothing("payload.result.meta.systemPromptReport"),
  },
  {
    files: ["v3/agent-error", "v3/run-agent-upstream-error"],
    because: "A run whose model failed ends as an error on every surface (README, Provider errors).",
    instead: (recording) => failedRun(recording),
  },
  {
    files: ABORTS,
    because:
      "Every run ends in exactly one terminal lifecycle event, an aborted one too (sessions.md#runs, 1).",
    instead: (recording) => before(isAborted, abortedLifecycle(recording))(recording),
  },
  {
    files: ABORTS,
    because: "How far an aborted answer came is a matter of time.",
    differences: [
      { at: "payload.message.content.0.text", ours: (text) => /^w(?:ord)?0\b/.test(String(text)) },
    ],
  },
  {
    files: ["v3/run-agent-idempotent-replay"],
    because: "The same key with another message is a conflict, not the old answer (T-DOS-07).",
    instead: splice(
      "client",
      1,
      1,
      refused("req-4", { code: "INVALID_REQUEST", message: "<text>", details: something }),
    ),
  },
  {
    files: ["v3/run-chat-abort-session"],
    because: "An aborted answer is written once, after its question (sessions.md#runs, 4).",
    differences: [{ at: "payload.messages", ours: isQuestionAndPartialAnswer }],
  },
  {
    files: ["v3/ro-status", "v3/ro-sessions.list"],
    because: "All state lives in one SQLite file, and path fields name it (README, State).",
    differences: ["payload.path", "payload.sessions.paths.0", "payload.sessions.byAgent.0.path"].map(
      (place) => ({
        at: place,
        ours: isSqliteFile,
      }),
    ),
  },
  {
    files: ["v3/chat-send"],
    because: "An answer is kept as it was shown, without the blank after its last word.",
    differences: [
      { at: "payload.messages.*.content.0.text", ours: (text) => String(text).endsWith("word5") },
    ],
  },
  {
    files: ["v3/ro-status", "v3/ro-sessions.list"],
    because: "The newest session of the recording was last used by a heartbeat, which left no token counts.",
    until: "heartbeats",
    differences: [
      ...["totalTokens", "totalTokensFresh", "remainingTokens", "percentUsed"].flatMap((key) =>
        inStatusRow("0", key).map((place) => ({ at: place, ours: "something else" as const })),
      ),
      ...more(...inStatusRow("0", "inputTokens"), ...inStatusRow("0", "outputTokens")),
      ...more(
        "payload.sessions.0.inputTokens",
        "payload.sessions.0.outputTokens",
        "payload.sessions.0.totalTokens",
      ),
      ...more("payload.sessions.0.cacheRead", "payload.sessions.0.cacheWrite"),
      ...nothing("payload.sessions.0.origin.from", "payload.sessions.0.origin.to"),
      ...nothing("payload.sessions.0.deliveryContext.to", "payload.sessions.0.lastTo"),
      { at: "payload.sessions.0.origin.provider", ours: is("webchat") },
      { at: "payload.sessions.0.totalTokensFresh", ours: is(true) },
    ],
  },
  {
    files: ["v3/ro-status"],
    because: "A session is marked once its system prompt was sent, also by the method agent.",
    differences: [
      ...more(...inStatusRow("*", "systemSent")),
      ...inStatusRow("*", "flags").map((place) => ({
        at: place,
        ours: (flags: unknown) => Array.isArray(flags) && flags[0] === "system",
      })),
    ],
  },
  {
    files: ["v3/ro-sessions.list"],
    because: "Sessions get their display names from channels.",
    until: "channels",
    differences: nothing("payload.sessions.*.displayName", "payload.sessions.*.origin.label"),
  },
  {
    files: ["v3/ro-models.list"],
    because: "Our catalogue has other models.",
    differences: ["id", "name", "provider", "contextWindow", "reasoning"].map((key) => ({
      at: `payload.models.*.${key}`,
      ours: "something else" as const,
    })),
  },

  // --- dialect 4 ---
  {
    files: ["v4/*"],
    because: "A gateway lists the capabilities it has; none of these is built.",
    until: "the capability",
    differences: nothing("payload.capabilities", "payload.features.capabilities"),
  },
  {
    files: ["v4/*"],
    because:
      "Optional fields of the hello about parts that come later: control UI, canvas, builds, sharing, recovery.",
    until: "those parts",
    differences: nothing(
      "payload.server.buildId",
      "payload.server.controlUiBuildSource",
      "payload.controlUiWidgetKinds",
      "payload.controlUiLinkReaders",
      "payload.pluginSurfaceUrls",
      "payload.auth.recoveryScope",
      "payload.auth.recoveryMigrationAllowed",
      "payload.policy.attachments",
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
    because: "health tells nothing yet about plugins, reload and the event loop: these fields are optional.",
    until: "those parts",
    differences: nothing(
      ...inHealth("plugins"),
      ...inHealth("configReload"),
      ...inHealth("eventLoop"),
      ...inHealth("modelRuntime"),
    ),
  },
  {
    files: ["v4/*"],
    because: "Heartbeats go nowhere unless a target is configured, as in dialect 3 (configuration.md).",
    differences: inHealth("agents.*.heartbeat.target").map((place) => ({ at: place, ours: is("none") })),
  },
  {
    files: ["v4/*"],
    because: "The gateway's own presence entry has the fields of dialect 3.",
    differences: [
      ...nothing("payload.snapshot.presence.0.instanceId"),
      ...more("payload.snapshot.presence.0.modelIdentifier"),
    ],
  },
  {
    files: ["v4/*"],
    because: "Without operator.read the paths and sessions of health are hidden; counts stay (T-AZ-11).",
    differences: [
      ...[...inHealth("sessions.path"), ...inHealth("agents.*.sessions.path")].map((place) => ({
        at: place,
        ours: is("[redacted]"),
      })),
      ...[...inHealth("sessions.recent"), ...inHealth("agents.*.sessions.recent")].map((place) => ({
        at: place,
        ours: (value: unknown) => Array.isArray(value) && value.length === 0,
      })),
    ],
  },
  {
    files: ["v4/wire-deviceless-backend", "v4/third-party-openclaw-node", "v4/wire-device-token"],
    because:
      "Presence lists every client but command lines, with the fields of dialect 3 (protocol.md#presence).",
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
    until: "those parts",
    instead: withAnswer((frame) => at(frame, "payload", "runtimeVersion") !== undefined, something),
  },
  {
    files: ["v4/wire-scope-upgrade"],
    because: "The close reason keeps the whole request id and cuts the prose (protocol.md#pairing).",
    differences: [
      {
        at: "close.reason",
        ours: (reason) => /^pairing required: .* \(requestId: [0-9a-f-]{36}\)$/.test(String(reason)),
      },
    ],
  },
  {
    files: ["v4/wire-v3-operator"],
    because: "Clients of dialect 3 are served (protocol.md#negotiation).",
    instead: splice("client", 2, 2, answered("c1", hello3)),
  },
  {
    files: ["v4/wire-v3-probe"],
    because: "Who offers 3 only is answered in dialect 3 (protocol.md#negotiation).",
    instead: splice("client", 2, 1, answered("c1", hello3)),
  },
  {
    files: ["v4/wire-dev-ok-v2"],
    because: "Changed metadata never makes a device pair again (README, Device tokens).",
    instead: splice(
      "client",
      2,
      2,
      answered("c1", hello4(["operator.read"], { deviceToken: "<deviceToken>", issuedAtMs: "<ms>" })),
    ),
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "Events and stream steps of later parts are not sent; clients of this line ignore unknown ones.",
    until: "tasks, model phases, usage",
    instead: without((frame) => frame["event"] === "task" || isLaterStep(frame)),
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "Pieces and ends of runs carry the session, but nothing of items, receipts and liveness.",
    until: "those parts",
    differences: [
      ...nothing("agent.payload.data.itemId", "payload.data.aborted", "payload.data.livenessState"),
      ...nothing(
        "payload.data.executionSettled",
        "payload.data.terminalReceipt",
        "payload.data.terminalReply",
      ),
      ...more("agent.payload.sessionId", "payload.usage"),
    ],
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "The report of a finished run has the fields of dialect 3.",
    until: "those parts",
    differences: nothing("payload.result.sourceReplyDeliveryState", "payload.result.meta.**"),
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "Lists of agents, sessions and channels have the fields of dialect 3; more are optional.",
    until: "those parts",
    differences: [
      ...nothing("payload.agents.*.*", "payload.defaults.*", "payload.sessions.*.*", "payload.statusIssues"),
      ...more("payload.sessions.*.origin", "payload.sessions.*.cacheRead", "payload.sessions.*.cacheWrite"),
      ...more("payload.sessions.*.deliveryContext", "payload.sessions.*.lastChannel"),
      { at: "payload.path", ours: is("[redacted]") },
    ],
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "The configuration is that of the gateway under test; fields of the new line are optional.",
    instead: withAnswer((frame) => at(frame, "payload", "legacyIssues") !== undefined, {
      path: "<path>",
      exists: true,
      raw: "<text>",
      parsed: something,
      resolved: something,
      valid: true,
      config: something,
      hash: "<hash>",
      issues: [],
      warnings: [],
      legacyIssues: [],
    }),
  },
  {
    files: ["v4/third-party-openclaw-node"],
    because: "sessions.describe is a later part, and unknown methods ask for operator.admin.",
    until: "sessions.describe",
    instead: (recording) =>
      edit(recording, undefined, (known) =>
        known.map((entry) =>
          entry.kind === "receive" && at(entry.frame, "payload", "session") !== undefined
            ? refused(String(entry.frame["id"]), {
                code: "FORBIDDEN",
                message: "missing scope: operator.admin",
                details: something,
              })
            : entry,
        ),
      ),
  },
];

function isQuestionAndPartialAnswer(messages: unknown): boolean {
  if (!Array.isArray(messages)) return false;
  const told = messages.map((message) => [at(message, "role"), at(message, "stopReason")].join(" ").trim());
  return told.join() === "user,assistant aborted";
}

function isAborted(frame: Frame): boolean {
  return frame["event"] === "chat" && at(frame, "payload", "state") === "aborted";
}

function abortedLifecycle({ connections }: Recording): Entry {
  const frames = connections.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === "receive" ? [entry.frame] : [])),
  );
  const start = frames.find((frame) => at(frame, "payload", "data", "phase") === "start");
  if (!start) throw new Error("the recording has no run");
  const data = { phase: "end", startedAt: "<ms>", endedAt: "<ms>", aborted: true };
  return { kind: "receive", frame: { ...start, payload: { ...(start["payload"] as Frame), data } } };
}

/** The last answer of the recording as an error with the text the events already told. */
function failedRun(recording: Recording): Recording {
  return edit(recording, undefined, (known) =>
    known.map((entry) => {
      const runId =
        entry.kind === "receive" && at(entry.frame, "payload", "status") === "ok"
          ? at(entry.frame, "payload", "runId")
          : undefined;
      if (entry.kind !== "receive" || runId === undefined) return entry;
      const payload = { runId, status: "error", summary: "<text>" };
      const error = { code: "UNAVAILABLE", message: "<text>", details: { reason: "<text>" } };
      return { kind: "receive", frame: { type: "res", id: entry.frame["id"], ok: false, payload, error } };
    }),
  );
}

function isLaterStep(frame: Frame): boolean {
  const stream = at(frame, "payload", "stream");
  const phase = at(frame, "payload", "data", "phase");
  return frame["event"] === "agent" && (stream === "usage" || phase === "model" || phase === "finishing");
}
