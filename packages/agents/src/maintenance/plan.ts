import type { StoredArchive, StoredSession, StoredTotals } from "../store.ts";
import type { MaintenanceRules } from "./rules.ts";

/** What is stored, as far as it was looked at. */
export interface Survey {
  /** Least recently updated first. */
  readonly sessions: readonly StoredSession[];
  /** First left first. */
  readonly archives: readonly StoredArchive[];
  readonly totals: StoredTotals;
}

/** Something that is to go. */
export type Removal = SessionRemoval | ArchiveRemoval;

/** A session: unused too long, one too many of its agent, or too large. */
export interface SessionRemoval extends StoredSession {
  readonly type: "session";
  readonly reason: "age" | "count" | "disk";
  /** Its transcript stays as an archive. */
  readonly keepsTranscript: boolean;
}

/** An archived transcript: left too long ago, or too large. */
export interface ArchiveRemoval extends StoredArchive {
  readonly type: "archive";
  readonly reason: "age" | "disk";
}

/** What the plan goes by. */
export interface PlanOptions {
  readonly rules: MaintenanceRules;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Sessions that stay whatever the rules say. */
  readonly isProtected: (session: StoredSession) => boolean;
}

/**
 * What would have to go by the rules: archives and sessions that are too old, sessions that are more than the newest of
 * their agent, and when the rest is still too large the oldest archives, then the oldest sessions.
 */
export function planMaintenance(survey: Survey, options: PlanOptions): readonly Removal[] {
  const aged = [...oldArchives(survey, options), ...staleSessions(survey, options)];
  return withinBudget(survey, aged, options);
}

function oldArchives({ archives }: Survey, { rules, now }: PlanOptions): readonly ArchiveRemoval[] {
  return archives
    .filter(({ leftAs, leftAt }) => {
      const afterMs = leftAs === "deleted" ? rules.pruneAfterMs : rules.archiveAfterMs;
      return afterMs !== undefined && leftAt < now - afterMs;
    })
    .map((archive) => ({ type: "archive", ...archive, reason: "age" }));
}

function staleSessions({ sessions, totals }: Survey, options: PlanOptions): readonly SessionRemoval[] {
  const { rules, now, isProtected } = options;
  const surplus = new Map(totals.sessions.map(({ agentId, count }) => [agentId, count - rules.maxEntries]));
  const stale: SessionRemoval[] = [];
  for (const session of sessions) {
    const { agentId, updatedAt } = session;
    const isOld = updatedAt < now - rules.pruneAfterMs;
    const left = surplus.get(agentId) ?? 0;
    // One that is protected takes the place of no other: the newest are kept all the same.
    surplus.set(agentId, left - 1);
    if ((!isOld && left <= 0) || isProtected(session)) continue;
    stale.push({ type: "session", ...session, reason: isOld ? "age" : "count", keepsTranscript: true });
  }
  return stale;
}

function withinBudget(
  { sessions, archives, totals }: Survey,
  aged: readonly Removal[],
  { rules: { budget }, isProtected }: PlanOptions,
): readonly Removal[] {
  let bytes = aged.reduce((rest, removal) => rest - freedBy(removal), totals.bytes);
  if (budget === undefined || bytes <= budget.maxBytes) return aged;
  const going = new Map(aged.map((removal) => [nameOf(removal), removal]));
  const more: readonly Removal[] = [
    ...archives.map((archive) => ({ type: "archive", ...archive, reason: "disk" }) as const),
    // What would have become an archive does not.
    ...aged.flatMap((removal) =>
      removal.type === "session" ? [{ ...removal, keepsTranscript: false }] : [],
    ),
    ...sessions
      .filter((session) => !isProtected(session))
      .map((session) => ({ type: "session", ...session, reason: "disk", keepsTranscript: false }) as const),
  ];
  for (const removal of more) {
    if (bytes <= budget.highWaterBytes) break;
    const planned = going.get(nameOf(removal));
    const gain = removal.bytes - (planned === undefined ? 0 : freedBy(planned));
    if (gain === 0) continue;
    going.set(nameOf(removal), removal);
    bytes -= gain;
  }
  return [...going.values()];
}

/** Bytes that are free after it. */
export function freedBy(removal: Removal): number {
  return removal.type === "session" && removal.keepsTranscript ? 0 : removal.bytes;
}

function nameOf(removal: Removal): string {
  return removal.type === "session" ? `session ${removal.key}` : `archive ${removal.sessionId}`;
}
