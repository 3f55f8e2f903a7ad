import type { Agents, AgentsOptions } from "../agents.ts";
import type { AgentsConfig } from "../config.ts";
import { createAgents } from "../create-agents.ts";
import type { RunEvent, RunHandle, RunOutcome, RunRequest } from "../runs/types.ts";
import { createMemoryStore, type MemoryStore } from "./memory-store.ts";

/** Options of a test; everything has a default. */
export interface TestAgentsOptions extends Partial<Omit<AgentsOptions, "config" | "store">> {
  readonly config?: AgentsConfig;
  readonly store?: MemoryStore;
}

/** Agents over a store in memory and the built-in model, with what tests ask them all the time. */
export interface TestAgents extends AsyncDisposable {
  readonly agents: Agents;
  readonly store: MemoryStore;
  /** Every event so far. */
  readonly events: readonly RunEvent[];
  /** Replaces the configuration, as a reload does. */
  setConfig(config: AgentsConfig): void;
  /** A request with defaults; `message` alone will do. */
  request(fields?: Partial<RunRequest>): RunRequest;
  /** Starts a run that must be accepted. */
  accept(fields?: Partial<RunRequest>): Promise<RunHandle>;
  /** Runs to the end. */
  ask(fields?: Partial<RunRequest>): Promise<RunOutcome>;
  /** Resolves with the first event, past or future, that matches. */
  seen(match: (event: RunEvent) => boolean): Promise<RunEvent>;
  eventsOf(runId: string): readonly RunEvent[];
}

/** Starts agents for one test; `await using` ends them. */
export async function startTestAgents(o: TestAgentsOptions = {}): Promise<TestAgents> {
  const store = o.store ?? createMemoryStore();
  let config = o.config ?? {};
  const events: RunEvent[] = [];
  const watchers = new Set<(event: RunEvent) => void>();
  const agents = createAgents({
    env: {},
    workspaceDir: (agentId) => `/workspace/${agentId}`,
    timeZone: "UTC",
    ...o,
    store,
    config: () => config,
  });
  agents.onEvent((event) => {
    events.push(event);
    for (const watch of watchers) watch(event);
  });
  let count = 0;
  const request = (fields: Partial<RunRequest> = {}): RunRequest => {
    count += 1;
    const base = {
      kind: "chat",
      principal: "tester",
      runId: `run-${count}`,
      message: "hello",
      ...fields,
    } as const;
    const { message, sessionKey } = base;
    return { params: { message, sessionKey }, ...base };
  };
  const accept = async (fields?: Partial<RunRequest>): Promise<RunHandle> => {
    const start = await agents.startRun(request(fields));
    if (start.status !== "accepted") throw new Error(`not accepted: ${start.status}`);
    return start.handle;
  };
  await agents.start();
  return {
    agents,
    store,
    events,
    setConfig: (next) => {
      config = next;
    },
    request,
    accept,
    ask: async (fields) => (await accept(fields)).final,
    seen: (match) =>
      new Promise((resolve) => {
        const past = events.find(match);
        if (past !== undefined) return resolve(past);
        const watch = (event: RunEvent): void => {
          if (!match(event)) return;
          watchers.delete(watch);
          resolve(event);
        };
        watchers.add(watch);
      }),
    eventsOf: (runId) => events.filter((event) => event.runId === runId),
    [Symbol.asyncDispose]: () => agents.close({ graceMs: 0 }),
  };
}
