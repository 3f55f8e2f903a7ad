import type { AuditNote } from "./audit-log.ts";

/** Somebody who was turned away. */
export interface Refused extends Pick<AuditNote, "actor" | "address" | "target"> {
  /** After too many attempts: what was presented was not even looked at. */
  readonly isLocked: boolean;
  readonly detail: string;
}

const WINDOW_MS = 60_000;
/** Entries that a minute of refusals can make, from however many addresses they come (T-DOS-11). */
const MOST_ENTRIES = 100;

/**
 * Notes the first refusal of an actor in a minute. What follows is counted, and told with the first entry of a later
 * minute: guessing must not fill the log, nor hide in it.
 */
export function foldRefusals(note: (note: AuditNote) => void, now: () => number): (refused: Refused) => void {
  let seen = new Set<string>();
  let endsAt = 0;
  let folded = 0;
  return ({ isLocked, detail, ...who }) => {
    if (now() >= endsAt) {
      seen = new Set();
      endsAt = now() + WINDOW_MS;
    }
    const kind = isLocked ? "auth.locked" : "auth.failed";
    const key = `${kind} ${who.actor} ${who.address}`;
    if (seen.has(key) || seen.size >= MOST_ENTRIES) {
      folded += 1;
      return;
    }
    seen.add(key);
    const more = folded === 0 ? "" : ` (${folded} more refusals before)`;
    folded = 0;
    note({ kind, ...who, outcome: "denied", detail: `${detail}${more}` });
  };
}
