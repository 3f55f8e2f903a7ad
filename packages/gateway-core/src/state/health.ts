import type { Agents, SessionsSummary } from "@openclaw/agents";
import {
  type ConfigStatus,
  type EventLoopHealth,
  type HealthSnapshot,
  type HealthHeartbeat,
  type HealthSessions,
  scopeCovers,
} from "@openclaw/protocol";
import type { EventLoopWatch } from "./event-loop.ts";

/** Distance of refreshes nobody asked for, in ms. */
const REFRESH_MS = 60_000;
/** A snapshot younger than this is fresh enough for those who ask for a fresh one. */
const FRESH_MS = 1_000;
const RECENT = 5;

/** The one health snapshot of a gateway: taken on a timer or when stale, shared by every call, connect and event. */
export interface Health {
  readonly version: number;
  /** Undefined before the first refresh. */
  readonly current: HealthSnapshot | undefined;
  /** The snapshot, taken anew when something happened since (`touch`) or `fresh` asks for it. */
  get(o?: { readonly fresh?: boolean }): Promise<HealthSnapshot>;
  /** How punctual this process is, measured anew at most once a second. */
  readonly eventLoop: EventLoopHealth;
  /** Notes that sessions changed: the next `get` looks again. */
  touch(): void;
  close(): void;
}

export interface HealthSources {
  readonly agents: Pick<Agents, "sessionsSummary" | "agentsList">;
  readonly heartbeat: (agentId: string) => HealthHeartbeat;
  /** Where sessions are stored, shown to readers. */
  readonly storePath: string;
  readonly configStatus: () => ConfigStatus;
  /** Closed with the health. */
  readonly eventLoop: EventLoopWatch;
  readonly now: () => number;
  /** Told of every new snapshot. */
  readonly onRefresh: () => void;
  readonly onError: (error: unknown) => void;
}

export function createHealth(sources: HealthSources): Health {
  let current: HealthSnapshot | undefined;
  let version = 1;
  let isStale = true;
  let running: Promise<HealthSnapshot> | undefined;

  const refresh = (): Promise<HealthSnapshot> => {
    if (running !== undefined) return running;
    isStale = false;
    running = takeSnapshot(sources)
      .then((snapshot) => {
        current = snapshot;
        version += 1;
        sources.onRefresh();
        return snapshot;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const timer = setInterval(() => void refresh().catch(sources.onError), REFRESH_MS);
  timer.unref();

  return {
    get version() {
      return version;
    },
    get current() {
      return current;
    },
    get eventLoop() {
      return sources.eventLoop.read();
    },
    get: async (o) => {
      // What is being looked at now may have been passed before it changed: that look is not enough.
      if (isStale && running !== undefined) await running.catch(() => undefined);
      if (running !== undefined || current === undefined || isStale) return refresh();
      const age = sources.now() - current.ts;
      return age < (o?.fresh === true ? FRESH_MS : REFRESH_MS) ? current : refresh();
    },
    touch: () => {
      isStale = true;
    },
    close: () => {
      clearInterval(timer);
      sources.eventLoop.close();
    },
  };
}

async function takeSnapshot(sources: HealthSources): Promise<HealthSnapshot> {
  const startedAt = sources.now();
  const summary = await sources.agents.sessionsSummary({ recent: RECENT });
  const { defaultId, agents } = sources.agents.agentsList();
  const ts = sources.now();
  const view = (part: Pick<SessionsSummary, "count" | "recent">): HealthSessions => ({
    path: sources.storePath,
    count: part.count,
    recent: part.recent.map(({ key, updatedAt }) => ({ key, updatedAt, age: Math.max(0, ts - updatedAt) })),
  });
  return {
    ok: true,
    ts,
    durationMs: ts - startedAt,
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: Math.round((sources.heartbeat(defaultId).everyMs ?? 0) / 1000),
    defaultAgentId: defaultId,
    agents: agents.map(({ id, name }) => ({
      agentId: id,
      ...(name !== undefined && { name }),
      isDefault: id === defaultId,
      heartbeat: sources.heartbeat(id),
      sessions: view(summary.byAgent.find(({ agentId }) => agentId === id) ?? { count: 0, recent: [] }),
    })),
    sessions: view(summary),
    // Nothing can be plugged in yet.
    plugins: { loaded: [], errors: [], unavailable: [] },
    eventLoop: sources.eventLoop.read(),
    configStatus: sources.configStatus(),
  };
}

/**
 * The snapshot as a holder of `scopes` may see it: where things lie and what sessions are called is for readers,
 * what waits for a restart is for administrators, counts and states are for everybody (T-AZ-11).
 */
export function healthFor(snapshot: HealthSnapshot, scopes: readonly string[]): HealthSnapshot {
  if (scopeCovers(scopes, "operator.admin")) return snapshot;
  const { configStatus } = snapshot;
  const known = {
    ...snapshot,
    ...(configStatus && { configStatus: configStatusFor(configStatus, scopes) }),
  };
  if (scopeCovers(scopes, "operator.read")) return known;
  const hide = (sessions: HealthSessions): HealthSessions => ({
    path: "[redacted]",
    count: sessions.count,
    recent: [],
  });
  return {
    ...known,
    agents: snapshot.agents.map((agent) => ({ ...agent, sessions: hide(agent.sessions) })),
    sessions: hide(snapshot.sessions),
  };
}

/** What a setting is called and what is wrong with it is for administrators. */
export function configStatusFor(status: ConfigStatus, scopes: readonly string[]): ConfigStatus {
  if (scopeCovers(scopes, "operator.admin")) return status;
  const { path: _path, reason: _reason, ...open } = status;
  return { ...open, pendingRestart: [] };
}
