import { at, isObject } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";

// What the recordings themselves say does not matter, applied to both sides before they are compared.

const RHYTHM = new Set(["health", "tick"]);

/** Whether an event belongs to the gateway's own rhythm: it may fall between any two frames, and after the last. */
export function isRhythm(frame: Frame): boolean {
  return RHYTHM.has(String(frame["event"]));
}

/** Whether a received event may be passed over: recordings leave out the rhythm unless they are about it. */
export function isUnfollowed(frame: Frame, recordedEvents: ReadonlySet<unknown>): boolean {
  return isRhythm(frame) && !recordedEvents.has(frame["event"]);
}

/** Both frames without what is not compared; `departures` participants that have left are compared nevertheless. */
export function comparable(recorded: Frame, received: Frame, departures = 0): readonly [Frame, Frame] {
  const ours = withPresence(withoutMoment(withoutNumbers(received)), departures);
  const theirs = withPresence(withoutMoment(withoutNumbers(recorded)), departures);
  return [withMethodsOf(theirs, ours), ours];
}

/** Sequence numbers are followed over the whole connection; here only whether there is one counts. */
function withoutNumbers(frame: Frame): Frame {
  const { seq, payload } = frame;
  const isRunEvent = frame["event"] === "agent" || frame["event"] === "chat";
  return {
    ...frame,
    ...(seq !== undefined && { seq: "numbered" }),
    ...(isRunEvent && isObject(payload) && "seq" in payload && { payload: { ...payload, seq: "numbered" } }),
  };
}

/** How busy the process happened to be does not matter, only that it is told. */
function withoutMoment(frame: Frame): Frame {
  return JSON.parse(JSON.stringify(frame), (key, value: unknown) =>
    key === "eventLoop" && isObject(value)
      ? Object.fromEntries(Object.keys(value).map((name) => [name, "as measured"]))
      : value,
  ) as Frame;
}

/** A gateway may offer fewer methods than the recorded one, but none of another name. */
function withMethodsOf(recorded: Frame, received: Frame): Frame {
  const theirs = at(recorded, "payload", "features", "methods");
  const ours = at(received, "payload", "features", "methods");
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return recorded;
  const isCut = theirs.some((name) => String(name).startsWith("<"));
  if (!isCut && !ours.every((name) => theirs.includes(name))) return recorded;
  const payload = recorded["payload"] as Frame;
  return {
    ...recorded,
    payload: { ...payload, features: { ...(payload["features"] as Frame), methods: ours } },
  };
}

/** Participants that have left do not matter, nor do entries of connections outside the recording. */
function withPresence(frame: Frame, departures: number): Frame {
  return JSON.parse(JSON.stringify(frame), (_key, value: unknown) => {
    const isList =
      Array.isArray(value) && value.some((entry) => isObject(entry) && "host" in entry && "reason" in entry);
    if (!isList) return value;
    let left = 0;
    const kept = (value as unknown[]).filter((entry) => {
      const hasLeft = isObject(entry) && entry["reason"] === "disconnect";
      left += hasLeft ? 1 : 0;
      return isObject(entry) && (!hasLeft || left <= departures);
    });
    const isCut = (value as unknown[]).some((entry) => typeof entry === "string");
    return isCut ? [...kept, "<0 more>"] : kept;
  }) as Frame;
}

/** Whether a frame has all of one of these parts. */
export function isOneOf(parts: readonly Frame[] | undefined, frame: Frame): boolean {
  return parts?.some((part) => contains(frame, part)) ?? false;
}

function contains(value: unknown, part: unknown): boolean {
  if (!isObject(part)) return value === part;
  return isObject(value) && Object.entries(part).every(([key, member]) => contains(value[key], member));
}
