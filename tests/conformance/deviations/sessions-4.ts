import { at } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";
import type { Deviation } from "./deviation.ts";
import { answered, edit, upTo } from "./edits.ts";
import { withoutLaterEvents, withoutLaterFields } from "./later-parts.ts";

/** Sessions and runs as others watch them, dialect 4. */
export const SESSIONS_4: readonly Deviation[] = [
  {
    files: ["v4/wire-chat-*", "v4/wire-sessions-sub"],
    because: "Events, stream steps and fields of later parts are not sent; all of them are optional.",
    until: "those parts",
    instead: (recording) => withoutLaterFields(withoutLaterEvents(recording)),
  },
  {
    files: ["v4/wire-chat-observer-unsubscribed"],
    because: "The recording ends in the middle of a second run; the first one is what it is about.",
    instead: upTo((frame) => isOf("chat", frame) && at(frame, "payload", "state") === "final"),
  },
  {
    files: ["v4/wire-chat-send-sender"],
    because: "Another client's run and exec approvals follow, the latter a later part.",
    until: "exec approvals",
    instead: upTo((frame) => isOf("sessions.changed", frame)),
  },
  {
    files: ["v4/wire-chat-observer-session-scoped"],
    because: "A recording of silence has no end; an answer behind the run shows that there was none of it.",
    instead: (recording) =>
      edit(recording, undefined, (known) => [
        ...known,
        { kind: "send", frame: { type: "req", id: "after", method: "health" } },
        answered("after"),
      ]),
  },
];

/** Whether an event belongs to the run the recordings are about. */
function isOf(event: string, frame: Frame): boolean {
  return frame["event"] === event && at(frame, "payload", "runId") === "idem-chat-2";
}
