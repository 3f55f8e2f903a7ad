import { randomBytes } from "node:crypto";
import type { Agents, AgentsLimits, AgentsList, AgentsOptions, SystemEvents } from "./agents.ts";
import { listCommands } from "./commands/commands.ts";
import type { AgentsConfig } from "./config.ts";
import { cleanUp, type CleanupOptions } from "./maintenance/maintenance.ts";
import { MaintenanceTimer } from "./maintenance/maintenance-timer.ts";
import { ModelCatalog } from "./models/catalog.ts";
import { ECHO_API } from "./models/echo/models.ts";
import { echoProvider } from "./models/echo/echo.ts";
import { createOpenAICompatibleProvider } from "./models/openai-compatible.ts";
import type { ModelProvider } from "./models/types.ts";
import { recoverRuns } from "./runs/recovery.ts";
import { RunPruner } from "./runs/run-pruner.ts";
import { RunRegistry } from "./runs/run-registry.ts";
import type { RunContext } from "./runs/run-context.ts";
import type { RunFacts } from "./runs/run.ts";
import { RunScheduler } from "./runs/run-scheduler.ts";
import { waitForRun } from "./runs/run-waiter.ts";
import type { RunEvent } from "./runs/types.ts";
import { identityOf } from "./sessions/identity.ts";
import { levelsOf, readHistory, type HistoryQuery, type HistoryView } from "./sessions/history.ts";
import { liveSession } from "./sessions/live-session.ts";
import { mainSessionKey, resolveSession, rosterOf } from "./sessions/roster.ts";
import { listSessions, summariseSessions, type SessionView } from "./sessions/rows.ts";
import { SessionBook } from "./sessions/session-book.ts";
import { keepSessions } from "./sessions/session-keeper.ts";
import { SessionNews } from "./sessions/session-news.ts";
import { SystemEventQueue } from "./sessions/system-events.ts";
import { Envelope } from "./text/envelope.ts";
import { NO_TOOLS } from "./tools/registry.ts";
import { usageRange, usageReport } from "./usage/usage-report.ts";

/** Limits in force unless the options say otherwise. */
export const DEFAULT_LIMITS: AgentsLimits = Object.freeze({
  activeRuns: 2000,
  activeRunsPerPrincipal: 1000,
  activeRunChars: 268_435_456,
  finishedRuns: 2000,
  finishedRunsPerPrincipal: 1000,
  finishedRunMs: 600_000,
  replayMs: 300_000,
  idleStreamMs: 120_000,
  modelCallsPerRun: 200,
  runReplyChars: 4_194_304,
  retryDelaysMs: [500, 2000],
  retryAfterMaxMs: 30_000,
  contextLines: 5000,
  transcriptReadBytes: 33_554_432,
  maintenanceDelayMs: 300_000,
  maintenanceEveryMs: 3_600_000,
});

/**
 * Makes the sessions and runs of one gateway. Nothing happens before `start`; `close` leaves no timer behind.
 * Docs: embedding.md#agents
 */
export function createAgents(options: AgentsOptions): Agents {
  const listeners = new Set<(event: RunEvent) => void>();
  const ctx = contextOf(options);
  const view = viewOf(ctx);
  const publish = (event: RunEvent): void => {
    for (const listener of listeners) tell(ctx, listener, event);
  };
  const scheduler = new RunScheduler(ctx, publish);
  // One at a time: two would look at the same sessions.
  const cleanUpInTurn = (o?: CleanupOptions) => ctx.book.inTurn("maintenance", () => cleanUp(ctx, o));
  const maintenance = new MaintenanceTimer({
    times: { delayMs: ctx.limits.maintenanceDelayMs, everyMs: ctx.limits.maintenanceEveryMs },
    cleanUp: (signal) => cleanUpInTurn({ signal }),
    rules: () => JSON.stringify(ctx.config().session?.maintenance ?? {}),
    logger: ctx.logger,
  });
  let closing: Promise<void> | undefined;
  return {
    start: async () => {
      await recoverRuns(ctx);
      maintenance.start();
    },
    startRun: (request) => scheduler.start(request),
    waitRun: (o) => waitForRun(ctx, ctx.registry, o),
    abort: (o) => scheduler.abort(o),
    history: (sessionKey, query) => historyView(ctx, sessionKey, query),
    sessions: keepSessions(ctx, view),
    sessionRows: (query = {}) => listSessions(ctx.store, query, view),
    sessionsSummary: ({ recent = 10 } = {}) =>
      summariseSessions(ctx.store, {
        agentIds: [...rosterOf(ctx.config()).agents.keys()],
        recent,
        view,
      }),
    resolveSessionKey: (sessionKey, agentId) => resolveSession(ctx.config(), { sessionKey, agentId }).key,
    models: () => ctx.catalog().list(),
    providerKeys: () => ctx.catalog().keys(),
    commands: listCommands,
    agentsList: () => agentsListOf(ctx.config()),
    identity: (o = {}) => identityOf(ctx.config(), o),
    tools: (agentId) => {
      const id = resolveSession(ctx.config(), { agentId }).agentId;
      return { agentId: id, tools: ctx.tools.list(id) };
    },
    usage: async (query = {}) => {
      const now = ctx.now();
      return usageReport(await ctx.store.usage(usageRange(query, now)), query, now);
    },
    defaultModel: () => defaultModelOf(ctx),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cleanUp: cleanUpInTurn,
    systemEvents: systemEventsOf(ctx),
    get activeRuns() {
      return ctx.registry.size;
    },
    get lanes() {
      return scheduler.lanes;
    },
    configChanged: () => {
      scheduler.configChanged();
      maintenance.configChanged();
    },
    close: ({ graceMs }) =>
      (closing ??= Promise.all([maintenance.close(), scheduler.close(graceMs)]).then(() => undefined)),
  };
}

function contextOf(options: AgentsOptions): RunContext {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const now = options.now ?? Date.now;
  const { config, store } = options;
  const timeZone = (): string | undefined => config().agents?.defaults?.userTimezone ?? options.timeZone;
  const random = options.random ?? ((size) => randomBytes(size));
  const ctx: RunContext = {
    store,
    book: new SessionBook(store, random),
    news: new SessionNews({
      view: (entry) => viewOf(ctx)(entry),
      now,
      onError: (error) => options.logger?.error("a listener of session events failed", { error }),
    }),
    registry: new RunRegistry(),
    systemEvents: new SystemEventQueue(now),
    pruner: new RunPruner(limits),
    tools: options.tools ?? NO_TOOLS,
    providers: providersOf(options),
    config,
    catalog: remembered(config, (current) => new ModelCatalog(current, options.env)),
    envelope: remembered(timeZone, (zone) => new Envelope(zone)),
    timeZone,
    workspaceDir: options.workspaceDir,
    now,
    random,
    limits,
    logger: options.logger,
    offlineHint: options.offlineHint,
    version: options.version,
  };
  return ctx;
}

function viewOf(ctx: RunContext): SessionView {
  return (entry) =>
    liveSession(entry, {
      defaults: defaultModelOf(ctx),
      runs: ctx.registry.ofSession(entry.key),
      now: ctx.now(),
    });
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
    ctx.logger?.error("a listener of run events failed", { ...factsOf(ctx, event), error });
  }
}

function factsOf(ctx: RunContext, { principal, runId }: RunEvent): Partial<RunFacts> {
  return ctx.registry.get(principal, runId)?.facts ?? { runId };
}

async function historyView(ctx: RunContext, sessionKey: string, query: HistoryQuery): Promise<HistoryView> {
  const { key } = resolveSession(ctx.config(), { sessionKey });
  const entry = await ctx.store.session(key);
  const page =
    entry === undefined
      ? { messages: [], nextOffset: null }
      : await readHistory(ctx.store, entry.sessionId, {
          ...query,
          maxBytes: ctx.limits.transcriptReadBytes,
        });
  const runs = ctx.registry.ofSession(key);
  const turn = runs.find((run) => run.startedAt !== undefined);
  return {
    sessionKey,
    ...(entry !== undefined && { sessionId: entry.sessionId }),
    ...page,
    ...levelsOf(entry, ctx.config().agents?.defaults?.thinkingDefault),
    activeRunIds: runs.map((run) => run.runId),
    ...(turn !== undefined && { inFlightRun: { runId: turn.runId, text: turn.text } }),
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
