import { at } from "../recording/json.ts";
import type { Entry, Frame, Recording } from "../recording/recording.ts";
import type { Deviation } from "./deviation.ts";
import { nothing } from "./differences.ts";
import { before, edit, refused, something, splice } from "./edits.ts";

const ABORTS = [
  "v3/chat-abort",
  "v3/chat-stop-command",
  "v3/run-chat-abort-runid",
  "v3/run-chat-abort-session",
  "v3/run-chat-send-inflight-stop",
];

/** Runs, dialect 3. */
export const RUNS_3: readonly Deviation[] = [
  {
    files: ["v3/*"],
    because: "The report about the system prompt is a cache and stays out of results.",
    row: "agents-sessions.md §2.3 caches: keep out of results",
    kind: "behaviour",
    differences: nothing("payload.result.meta.systemPromptReport"),
  },
  {
    files: ["v3/agent-error", "v3/run-agent-upstream-error"],
    because: "A run whose model failed ends as an error on every surface.",
    row: "README.md Provider errors",
    kind: "behaviour",
    instead: (recording) => failedRun(recording),
  },
  {
    files: ABORTS,
    because: "Every run ends in exactly one terminal lifecycle event, an aborted one too.",
    row: "agents-sessions.md §0 row 1, §1.8 Abort",
    kind: "behaviour",
    instead: (recording) => before(isAborted, abortedLifecycle(recording))(recording),
  },
  {
    files: ABORTS,
    because: "How far an aborted answer came is a matter of time.",
    row: "protocol.md §9.4 aborted: partial text",
    kind: "fact",
    differences: [
      { at: "payload.message.content.0.text", ours: (text) => /^w(?:ord)?0\b/.test(String(text)) },
    ],
  },
  {
    files: ["v3/run-agent-idempotent-replay"],
    because: "The same key with another message is a conflict, not the old answer.",
    row: "threats.md T-DOS-07",
    kind: "behaviour",
    instead: splice(
      "client",
      1,
      1,
      refused("req-4", { code: "INVALID_REQUEST", message: "<text>", details: something }),
    ),
  },
  {
    files: ["v3/run-chat-abort-session"],
    because: "An aborted answer is written once, after its question.",
    row: "agents-sessions.md §0 row 4",
    kind: "behaviour",
    differences: [{ at: "payload.messages", ours: isQuestionAndPartialAnswer }],
  },
  {
    files: ["v3/chat-send"],
    because: "An answer is kept as it was shown, without the blank after its last word.",
    row: "agents-sessions.md §2.9 projection",
    kind: "behaviour",
    differences: [
      { at: "payload.messages.*.content.0.text", ours: (text) => String(text).endsWith("word5") },
    ],
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
