import type { AgentStore, SessionQuery } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import type { LiveSession } from "./live-session.ts";
import { sessionKindOf } from "./session-key.ts";

/** What a session's key says about it. */
export type SessionKind = "direct" | "group" | "global" | "unknown";

/** A session as lists show it. Docs: protocol.md#sessions */
export interface SessionRow {
  readonly key: string;
  readonly kind: SessionKind;
  readonly agentId: string;
  readonly sessionId: string;
  readonly updatedAt: number;
  readonly label?: string;
  readonly category?: string;
  readonly displayName?: string;
  readonly channel?: string;
  readonly subject?: string;
  readonly groupChannel?: string;
  readonly space?: string;
  readonly chatType?: string;
  readonly origin?: Readonly<Record<string, unknown>>;
  readonly systemSent?: boolean;
  readonly abortedLastRun?: boolean;
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly elevatedLevel?: string;
  readonly fastMode?: boolean | "auto";
  readonly sendPolicy?: string;
  readonly responseUsage?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly totalTokens?: number;
  readonly totalTokensFresh: boolean;
  readonly modelProvider: string;
  readonly model: string;
  readonly contextTokens: number;
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
  readonly lastChannel?: string;
  readonly lastTo?: string;
  readonly lastAccountId?: string;
  readonly derivedTitle?: string;
  readonly lastMessagePreview?: string;
}

/** Which sessions to list and how much of them. */
export interface SessionListQuery extends SessionQuery {
  readonly includeDerivedTitles?: boolean;
  readonly includeLastMessage?: boolean;
}

/** Answer of `sessionRows`, newest first. */
export interface SessionList {
  readonly rows: readonly LiveSession[];
  /** All matches, whatever the limit. */
  readonly total: number;
}

/** Sessions in a nutshell. */
export interface SessionsSummary {
  readonly count: number;
  readonly recent: readonly LiveSession[];
  readonly byAgent: readonly {
    readonly agentId: string;
    readonly count: number;
    readonly recent: readonly LiveSession[];
  }[];
}

/** How a session looks now. */
export type SessionView = (entry: SessionEntry) => LiveSession;

/** What rows show of sessions that never ran. */
export interface RowDefaults {
  readonly provider: string;
  readonly model: string;
  readonly contextTokens: number;
}

/** Reads a page of sessions. */
export async function listSessions(
  store: AgentStore,
  query: SessionListQuery,
  view: SessionView,
): Promise<SessionList> {
  const { includeDerivedTitles, includeLastMessage, ...rest } = query;
  const { entries, total } = await store.sessions(rest);
  const rows = entries.map((entry) => {
    const { lastMessagePreview: preview, ...row } = view(entry);
    return {
      ...row,
      ...(includeDerivedTitles === true && { derivedTitle: titleOf(entry) }),
      ...(includeLastMessage === true && preview !== undefined && { lastMessagePreview: preview }),
    };
  });
  return { rows, total };
}

/** Counts and the newest rows, in all and of each agent. */
export async function summariseSessions(
  store: AgentStore,
  o: { readonly agentIds: readonly string[]; readonly recent: number; readonly view: SessionView },
): Promise<SessionsSummary> {
  const page = async (query: SessionQuery): Promise<{ count: number; recent: readonly LiveSession[] }> => {
    const { rows, total } = await listSessions(store, { ...query, limit: o.recent }, o.view);
    return { count: total, recent: rows };
  };
  const byAgent = o.agentIds.map(async (agentId) => ({ agentId, ...(await page({ agentId })) }));
  return { ...(await page({})), byAgent: await Promise.all(byAgent) };
}

/** A session's row; fields nobody set are left out. */
export function rowOf(entry: SessionEntry, defaults: RowDefaults): SessionRow {
  const shown = Object.fromEntries(
    SHOWN.flatMap((field) => (entry[field] === undefined ? [] : [[field, entry[field]]])),
  );
  return {
    ...shown,
    key: entry.key,
    kind: sessionKindOf(entry.key, entry.chatType),
    agentId: entry.agentId,
    sessionId: entry.sessionId,
    updatedAt: entry.updatedAt,
    totalTokensFresh: entry.totalTokensFresh ?? false,
    modelProvider: entry.providerOverride ?? entry.modelProvider ?? defaults.provider,
    model: entry.modelOverride ?? entry.model ?? defaults.model,
    contextTokens: entry.contextTokens ?? defaults.contextTokens,
  };
}

/** Entry fields a row shows as they are. */
const SHOWN = [
  "label",
  "category",
  "displayName",
  "channel",
  "subject",
  "groupChannel",
  "space",
  "chatType",
  "origin",
  "systemSent",
  "abortedLastRun",
  "thinkingLevel",
  "verboseLevel",
  "reasoningLevel",
  "elevatedLevel",
  "fastMode",
  "sendPolicy",
  "responseUsage",
  "inputTokens",
  "outputTokens",
  "cacheRead",
  "cacheWrite",
  "totalTokens",
  "deliveryContext",
  "lastChannel",
  "lastTo",
  "lastAccountId",
] as const satisfies readonly (keyof SessionRow)[];

/** A name for a session nobody named: what it is about, else its id and day. */
function titleOf(entry: SessionEntry): string {
  const day = new Date(entry.updatedAt).toISOString().slice(0, 10);
  return entry.displayName ?? entry.subject ?? entry.titleText ?? `${entry.sessionId.slice(0, 8)} (${day})`;
}
