import { setImmediate as nextTurn } from "node:timers/promises";
import type { RunContext } from "../runs/run-context.ts";
import { mainSessionKey, resolveSession, rosterOf } from "../sessions/roster.ts";
import type { StoredPage, StoredSession } from "../store.ts";
import { carryOut } from "./carry-out.ts";
import { freedBy, planMaintenance, type Removal, type Survey } from "./plan.ts";
import { maintenanceRules, type MaintenanceRules } from "./rules.ts";

/** Most sessions, and most archives, that one cleanup looks at; what is left is the next one's. */
const SURVEYED = 1_000;
/** Rows read at a time: about a millisecond of the event loop. */
const PAGE_ROWS = 100;

/** Sessions, archives and the size of all transcripts. */
export interface StoredCounts {
  readonly sessions: number;
  readonly archives: number;
  readonly bytes: number;
}

/** What a cleanup did, or would do. */
export interface Cleanup {
  readonly mode: MaintenanceRules["mode"];
  /** Whether the removals were made. */
  readonly applied: boolean;
  readonly before: StoredCounts;
  readonly after: StoredCounts;
  /** What went, or would go. */
  readonly removals: readonly Removal[];
  /** There was more than one cleanup looks at: another one may find something. */
  readonly hasMore: boolean;
}

/** How to clean up. */
export interface CleanupOptions {
  /** Whether to remove, or only to say what would go. @default as `session.maintenance.mode` says */
  readonly apply?: boolean;
  /** A session that stays, as sent. */
  readonly activeKey?: string;
  /** Ends it between two removals. */
  readonly signal?: AbortSignal;
}

/**
 * Looks for what has to go by `session.maintenance` and removes it, a little at a time. Main sessions, and those with runs
 * or notes that wait, always stay; what comes into use meanwhile stays, too. Every removal is one commit of its own:
 * wherever the process ends, each is made or not.
 * @throws {AgentsError} unknown_agent, malformed_session_key (of `activeKey`)
 */
export async function cleanUp(ctx: RunContext, options: CleanupOptions = {}): Promise<Cleanup> {
  const rules = maintenanceRules(ctx.config().session?.maintenance);
  const { apply = rules.mode === "enforce", signal = new AbortController().signal } = options;
  const isProtected = protection(ctx, options.activeKey);
  const survey = await takeSurvey(ctx);
  const planned = planMaintenance(survey, { rules, now: ctx.now(), isProtected });
  const removals = apply ? await carryOut(ctx, planned, signal) : planned;
  const before = countsOf(survey);
  const { sessions, archives } = survey;
  return {
    mode: rules.mode,
    applied: apply,
    before,
    after: removals.reduce(without, before),
    removals,
    hasMore: planned.length > 0 && (sessions.length === SURVEYED || archives.length === SURVEYED),
  };
}

async function takeSurvey({ store }: RunContext): Promise<Survey> {
  return {
    sessions: await inPages((page) => store.storedSessions(page)),
    archives: await inPages((page) => store.archives(page)),
    totals: await store.storedTotals(),
  };
}

/** The first rows of a list, with room for others in between. */
async function inPages<T>(read: (page: StoredPage) => Promise<readonly T[]>): Promise<readonly T[]> {
  const rows: T[] = [];
  while (rows.length < SURVEYED) {
    const page = await read({ limit: PAGE_ROWS, offset: rows.length });
    rows.push(...page);
    if (page.length < PAGE_ROWS) break;
    await nextTurn();
  }
  return rows;
}

/** What stays whatever the rules say. */
function protection(ctx: RunContext, activeKey: string | undefined): (session: StoredSession) => boolean {
  const config = ctx.config();
  const keys = new Set([
    "global",
    ...[...rosterOf(config).agents.keys()].map((agentId) => mainSessionKey(config, agentId)),
    ...ctx.registry.all().map((run) => run.sessionKey),
    ...(activeKey === undefined ? [] : [resolveSession(config, { sessionKey: activeKey }).key]),
  ]);
  return ({ key }) => keys.has(key) || ctx.systemEvents.peek(key).length > 0;
}

function countsOf({ totals }: Survey): StoredCounts {
  const sessions = totals.sessions.reduce((sum, { count }) => sum + count, 0);
  return { sessions, archives: totals.archives, bytes: totals.bytes };
}

function without({ sessions, archives, bytes }: StoredCounts, removal: Removal): StoredCounts {
  const left = bytes - freedBy(removal);
  if (removal.type === "archive") return { sessions, archives: archives - 1, bytes: left };
  // A session nobody ever wrote in leaves nothing behind.
  const isArchived = removal.keepsTranscript && removal.bytes > 0;
  return { sessions: sessions - 1, archives: archives + (isArchived ? 1 : 0), bytes: left };
}
