import { at } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";
import type { Deviation } from "./deviation.ts";
import { is, isEmpty, more } from "./differences.ts";
import { answered, edit, upTo } from "./edits.ts";
import { withoutLaterEvents, withoutLaterFields } from "./later-parts.ts";

const USER_BLOCKS = JSON.stringify([{ type: "text", text: "hi" }]);

/** Sessions and runs as others watch them, dialect 4. */
export const SESSIONS_4: readonly Deviation[] = [
  {
    files: ["v4/wire-chat-*", "v4/wire-sessions-sub"],
    because: "Events, stream steps and fields of later parts are not sent; all of them are optional.",
    row: "protocol-v4.md §7 guards (LATER: task), sessions.changed minimum useful row",
    kind: "behaviour",
    until: "those parts",
    instead: (recording) => withoutLaterFields(withoutLaterEvents(recording)),
  },
  {
    files: ["v4/wire-chat-observer-unsubscribed"],
    because: "The recording ends in the middle of a second run; the first one is what it is about.",
    row: "protocol-v4.md §7 chat event",
    kind: "fact",
    instead: upTo((frame) => isOf("chat", frame) && at(frame, "payload", "state") === "final"),
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "Another client's run and exec approvals follow, the latter a later part.",
    row: "methods.md §8 Exec approvals (SHOULD)",
    kind: "behaviour",
    until: "exec approvals",
    instead: upTo((frame) => isOf("sessions.changed", frame)),
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "Rows have the fields of dialect 3 as well.",
    row: "methods.md §5 sessions.list row; protocol-v4.md §7 null is an explicit clear",
    kind: "behaviour",
    differences: more(
      ...inRow("origin", "cacheRead", "cacheWrite", "deliveryContext", "lastChannel"),
      ...["verboseLevel", "reasoningLevel", "elevatedLevel", "fastMode", "sendPolicy", "responseUsage"].map(
        (name) => `payload.${name}`,
      ),
    ),
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "Every field of a row stands beside the payload's own, and all runs of a session are known.",
    row: "protocol-v4.md §7 row fields flattened, activeRunIds",
    kind: "behaviour",
    differences: [
      ...more("payload.lastMessagePreview", "payload.lastInteractionAt", "payload.snapshotAt"),
      ...more("payload.modelProvider", "payload.model"),
      ...more("payload.session.activeRunIds"),
      { at: "payload.activeRunIds", ours: (ids) => Array.isArray(ids) && ids.length === 1 },
    ],
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "Ids of lines have eight digits, content is a list of blocks, and a place counts every line.",
    row: "agents-sessions.md §2.4 id (8 hex); methods.md §4 chat.history",
    kind: "behaviour",
    differences: [
      ...["payload.messageId", "payload.message.__openclaw.id"].map((place) => ({
        at: place,
        ours: (id: unknown) => /^[0-9a-f]{8}$/.test(String(id)),
      })),
      ...["payload.messageSeq", "payload.message.__openclaw.seq"].map((place) => ({
        at: place,
        ours: (seq: unknown) => Number.isInteger(seq),
      })),
      { at: "payload.message.content", ours: (content) => JSON.stringify(content) === USER_BLOCKS },
    ],
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "The preview of a session is its last answer, not the question before.",
    row: "agents-sessions.md §2.3 derived in rows",
    kind: "behaviour",
    differences: [{ at: "payload.session.lastMessagePreview", ours: "something else" }],
  },
  {
    files: ["v4/wire-sessions-sub"],
    because: "The model is the one of the gateway under test.",
    row: "methods.md §5 sessions.list defaults",
    kind: "fact",
    differences: inList("defaults", "sessions.*").flatMap((place) => [
      { at: `${place}.modelProvider`, ours: is("anthropic") },
      { at: `${place}.model`, ours: is("claude-opus-4-6") },
    ]),
  },
  {
    files: ["v4/wire-sessions-sub"],
    because: "Where sessions lie is told to administrators only.",
    row: "protocol-v4.md §10 path hidden from non-admin",
    kind: "behaviour",
    differences: inList("path").map((place) => ({ at: place, ours: is("[redacted]") })),
  },
  {
    files: ["v4/wire-sessions-sub"],
    because:
      "Rows of sessions that never answered tell as much as others, and have the fields of dialect 3 as well.",
    row: "protocol-v4.md §7 minimum useful row; methods.md §5 sessions.list row",
    kind: "behaviour",
    differences: more(
      ...["chatType", "systemSent", "contextTokens", "origin", "deliveryContext", "lastChannel"].flatMap(
        (name) => inList(`sessions.*.${name}`),
      ),
    ),
  },
  {
    files: ["v4/wire-sessions-sub", "v4/wire-restart-request"],
    because: "Runs hold a restart up, requests do not: they are answered before the sockets close.",
    row: "protocol-v4.md §10 gateway.restart.request",
    kind: "behaviour",
    differences: ["payload", "payload.preflight"].flatMap((place) => [
      { at: `${place}.safe`, ours: is(true) },
      { at: `${place}.counts.rootRequests`, ours: is(0) },
      { at: `${place}.counts.totalActive`, ours: is(0) },
      { at: `${place}.blockers`, ours: isEmpty },
      { at: `${place}.summary`, ours: is("safe to restart now") },
    ]),
  },
  {
    files: ["v4/wire-chat-observer-session-scoped"],
    because: "A recording of silence has no end; an answer behind the run shows that there was none of it.",
    row: "protocol-v4.md §7 caps session-scoped-events",
    kind: "fact",
    instead: (recording) =>
      edit(recording, undefined, (known) => [
        ...known,
        { kind: "send", frame: { type: "req", id: "after", method: "health" } },
        answered("after"),
      ]),
  },
];

/** A field of a session's row, as events tell it: within the row, and beside the payload's own. */
function inRow(...names: readonly string[]): string[] {
  return names.flatMap((name) => [`payload.session.${name}`, `payload.${name}`]);
}

/** Places of a list of sessions, as the answer of `sessions.list` and within that of `sessions.subscribe`. */
function inList(...places: readonly string[]): string[] {
  return places.flatMap((place) => [`payload.${place}`, `payload.list.${place}`]);
}

/** Whether an event belongs to the run the recordings are about. */
function isOf(event: string, frame: Frame): boolean {
  return frame["event"] === event && at(frame, "payload", "runId") === "idem-chat-2";
}
