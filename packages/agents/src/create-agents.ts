import { randomBytes } from "node:crypto";
import type { Agents, AgentsLimits, AgentsList, AgentsOptions, SystemEvents } from "./agents.ts";
import type { AgentsConfig } from "./config.ts";
import { ModelCatalog } from "./models/catalog.ts";
import { ECHO_API } from "./models/echo/models.ts";
import { echoProvider } from "./models/echo/echo.ts";
import { createOpenAICompatibleProvider } from "./models/openai-compatible.ts";
import type { ModelProvider } from "./models/types.ts";
import { recoverRuns } from "./runs/recovery.ts";
import { RunPruner } from "./runs/run-pruner.ts";
import type { RunContext } from "./runs/run-context.ts";
import { RunScheduler } from "./runs/run-scheduler.ts";
import { waitForRun } from "./runs/run-waiter.ts";
import type { RunEvent } from "./runs/types.ts";
import { levelsOf, readHistory, type HistoryView } from "./sessions/history.ts";
import { mainSessionKey, resolveSession, rosterOf } from "./sessions/roster.ts";
import { listSessions, summariseSessions } from "./sessions/rows.ts";
import { SessionBook } from "./sessions/session-book.ts";
import { SystemEventQueue } from "./sessions/system-events.ts";
import { Envelope } from "./text/envelope.ts";
import { NO_TOOLS } from "./tools/registry.ts";

/** Limits in force unless the options say otherwise. */
export const DEFAULT_LIMITS: AgentsLimits = Object.freeze({
  activeRuns: 2000,
  activeRunsPerPrincipal: 1000,
  finishedRuns: 2000,
  finishedRunsPerPrincipal: 1000,
  finishedRunMs: 600_000,
  replayMs: 300_000,
  idleStreamMs: 120_000,
  modelCallsPerRun: 200,
  retryDelaysMs: [500, 2000],
  retryAfterMaxMs: 30_000,
  contextLines: 5000,
});

/**
 * Makes the sessions and runs of one gateway. Nothing happens before `start`; `close` leaves no timer behind.
 * Docs: embedding.md#agents
 */
export function createAgents(options: AgentsOptions): Agents {
  const listeners = new Set<(event: RunEvent) => void>();
  const ctx = contextOf(options);
  const publish = (event: RunEvent): void => {
    for (const listener of listeners) tell(ctx, listener, event);
  };
  const scheduler = new RunScheduler(ctx, publish);
  let closing: Promise<void> | undefined;
  return {
    start: async () => void (await recoverRuns(ctx)),
    startRun: (request) => scheduler.start(request),
    waitRun: (o) => waitForRun(ctx, scheduler.registry, o),
    abort: (o) => scheduler.abort(o),
    history: (sessionKey, o) => historyView(ctx, scheduler, { sessionKey, limit: o.limit }),
    sessionRows: (query = {}) => listSessions(ctx.store, query, defaultModelOf(ctx)),
    sessionsSummary: ({ recent = 10 } = {}) =>
      summariseSessions(ctx.store, {
        agentIds: [...rosterOf(ctx.config()).agents.keys()],
        recent,
        defaults: defaultModelOf(ctx),
      }),
    resolveSessionKey: (sessionKey, agentId) => resolveSession(ctx.config(), { sessionKey, agentId }).key,
    models: () => ctx.catalog().list(),
    agentsList: () => agentsListOf(ctx.config()),
    defaultModel: () => defaultModelOf(ctx),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    systemEvents: systemEventsOf(ctx),
    get activeRuns() {
      return scheduler.registry.size;
    },
    close: ({ graceMs }) => (closing ??= scheduler.close(graceMs)),
  };
}

function contextOf(options: AgentsOptions): RunContext {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const now = options.now ?? Date.now;
  const { config, env, store } = options;
  const timeZone = (): string | undefined => config().agents?.defaults?.userTimezone ?? options.timeZone;
  return {
    store,
    book: new SessionBook(store),
    systemEvents: new SystemEventQueue(now),
    pruner: new RunPruner(limits),
    tools: options.tools ?? NO_TOOLS,
    providers: providersOf(options),
    config,
    catalog: remembered(config, (current) => new ModelCatalog(current, env)),
    envelope: remembered(timeZone, (zone) => new Envelope(zone)),
    timeZone,
    workspaceDir: options.workspaceDir,
    now,
    random: options.random ?? ((size) => randomBytes(size)),
    limits,
    logger: options.logger,
    offlineHint: options.offlineHint,
    version: options.version,
  };
}

function providersOf(options: AgentsOptions): ReadonlyMap<string, ModelProvider> {
  return new Map<string, ModelProvider>([
    [ECHO_API, echoProvider],
    ["openai-completions", createOpenAICompatibleProvider({ fetch: options.fetch })],
    ...Object.entries(options.providers ?? {}),
  ]);
}

/** A value derived from a source, made anew only when the source has changed. */
function remembered<S, T>(source: () => S, derive: (value: S) => T): () => T {
  let last: { readonly from: S; readonly value: T } | undefined;
  return () => {
    const from = source();
    if (last === undefined || last.from !== from) last = { from, value: derive(from) };
    return last.value;
  };
}

/** A listener that throws must not take the run with it. */
function tell(ctx: RunContext, listener: (event: RunEvent) => void, event: RunEvent): void {
  try {
    listener(event);
  } catch (error) {
    ctx.logger?.error("a listener of run events failed", { runId: event.runId, error });
  }
}

async function historyView(
  ctx: RunContext,
  scheduler: RunScheduler,
  o: { readonly sessionKey: string; readonly limit: number },
): Promise<HistoryView> {
  const { key } = resolveSession(ctx.config(), o);
  const entry = await ctx.store.session(key);
  const messages = entry === undefined ? [] : await readHistory(ctx.store, entry.sessionId, o.limit);
  return {
    sessionKey: o.sessionKey,
    ...(entry !== undefined && { sessionId: entry.sessionId }),
    messages,
    ...levelsOf(entry, ctx.config().agents?.defaults?.thinkingDefault),
    activeRunIds: scheduler.registry.ofSession(key).map((run) => run.runId),
  };
}

function agentsListOf(config: AgentsConfig): AgentsList {
  const { defaultId, agents } = rosterOf(config);
  const infos = [...agents].map(([id, { name, identity }]) => {
    const { name: called, theme, emoji, avatar } = identity ?? {};
    const shown = {
      ...(called !== undefined && { name: called }),
      ...(theme !== undefined && { theme }),
      ...(emoji !== undefined && { emoji }),
      ...(avatar !== undefined && { avatar }),
    };
    return { id, ...(name !== undefined && { name }), ...(identity !== undefined && { identity: shown }) };
  });
  return { defaultId, mainKey: "main", scope: config.session?.scope ?? "per-sender", agents: infos };
}

function defaultModelOf(ctx: RunContext): { provider: string; model: string; contextTokens: number } {
  const ref = ctx.catalog().defaultModel();
  const contextTokens = ctx.config().agents?.defaults?.contextTokens ?? ctx.catalog().info(ref).contextWindow;
  return { provider: ref.provider, model: ref.id, contextTokens };
}

function systemEventsOf(ctx: RunContext): SystemEvents {
  const keyOf = (sessionKey: string | undefined): string => {
    const config = ctx.config();
    return sessionKey === undefined
      ? mainSessionKey(config, rosterOf(config).defaultId)
      : resolveSession(config, { sessionKey }).key;
  };
  return {
    enqueue: (text, o = {}) => ctx.systemEvents.enqueue(keyOf(o.sessionKey), text, o.contextKey),
    peek: (sessionKey) => ctx.systemEvents.peek(keyOf(sessionKey)).map((note) => note.text),
  };
}
