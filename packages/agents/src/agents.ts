import type { CommandInfo } from "./commands/commands.ts";
import type { AgentsConfig } from "./config.ts";
import type { Logger } from "./logger.ts";
import type { ProviderKey } from "./models/catalog.ts";
import type { ModelInfo, ModelProvider, ToolSpec } from "./models/types.ts";
import type { Cleanup, CleanupOptions } from "./maintenance/maintenance.ts";
import type { LaneState } from "./runs/lanes.ts";
import type { AbortReason, RunEvent, RunRequest, RunStart, RunWait } from "./runs/types.ts";
import type { HistoryQuery, HistoryView } from "./sessions/history.ts";
import type { SessionList, SessionListQuery, SessionsSummary } from "./sessions/rows.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { AgentStore } from "./store.ts";
import type { ToolRegistry } from "./tools/registry.ts";
import type { UsageQuery, UsageReport } from "./usage/usage-report.ts";

/** What `createAgents` needs; only the first three have no default. */
export interface AgentsOptions {
  readonly store: AgentStore;
  /** The configuration in force now; the same object as long as nothing has changed. */
  readonly config: () => AgentsConfig;
  /** Source of API keys; asked again whenever `config` gives another object. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder an agent works in, as noted in transcripts and told to the model. */
  readonly workspaceDir: (agentId: string) => string;
  readonly tools?: ToolRegistry;
  /** Providers by `api`, added to (or replacing) the built-in ones. */
  readonly providers?: Readonly<Record<string, ModelProvider>>;
  readonly logger?: Logger;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Random bytes for ids. */
  readonly random?: (size: number) => Uint8Array;
  /** Used by providers that speak HTTP. */
  readonly fetch?: typeof fetch;
  /** IANA zone of the host, for timestamps shown to the model. */
  readonly timeZone?: string;
  readonly limits?: Partial<AgentsLimits>;
  /** Remark on the first answer of a session while no model is configured, e.g. which command sets one. */
  readonly offlineHint?: string;
  /** Product version, shown by `/status`. */
  readonly version?: string;
}

/** Bounds of everything that could grow or last. */
export interface AgentsLimits {
  /** Runs accepted and not yet ended, over all sessions. */
  readonly activeRuns: number;
  /** The same, of one principal. */
  readonly activeRunsPerPrincipal: number;
  /** What these runs were asked, over all sessions, in characters: they stay in memory until their run has ended. */
  readonly activeRunChars: number;
  /** Finished runs remembered for `waitRun` and repeats, and for how long. */
  readonly finishedRuns: number;
  readonly finishedRunsPerPrincipal: number;
  readonly finishedRunMs: number;
  /** How long a repeated idempotency key is answered with the first outcome. */
  readonly replayMs: number;
  /** Without any event for so long, a model stream counts as timed out. */
  readonly idleStreamMs: number;
  readonly modelCallsPerRun: number;
  /** What models may say in one run, in characters: text, thoughts and arguments of tools together. */
  readonly runReplyChars: number;
  /** Pauses before the second and third try of a candidate. */
  readonly retryDelaysMs: readonly number[];
  /** Longest pause a provider may ask for. */
  readonly retryAfterMaxMs: number;
  /** Newest transcript lines a model call looks at. */
  readonly contextLines: number;
  /** Bytes of a transcript that are read at a time, for a model call or for a page of its history. */
  readonly transcriptReadBytes: number;
  /** From the start to the first look at what is stored, and from a change of its rules to the next one. */
  readonly maintenanceDelayMs: number;
  /** Between two looks. */
  readonly maintenanceEveryMs: number;
}

/** An agent as lists show it. */
export interface AgentInfo {
  readonly id: string;
  readonly name?: string;
  readonly identity?: {
    readonly name?: string;
    readonly theme?: string;
    readonly emoji?: string;
    readonly avatar?: string;
  };
}

/** How an agent presents itself; never empty. */
export interface AgentIdentity {
  readonly agentId: string;
  readonly name: string;
  /** A letter, an emoji, a path or an address. */
  readonly avatar: string;
  readonly emoji?: string;
}

/** Answer of `agentsList`. */
export interface AgentsList {
  readonly defaultId: string;
  readonly mainKey: string;
  readonly scope: "per-sender" | "global";
  readonly agents: readonly AgentInfo[];
}

/** Model a new session of the default agent would use. */
export interface DefaultModel {
  readonly provider: string;
  readonly model: string;
  readonly contextTokens: number;
}

/** Sessions and runs. Made by `createAgents`. */
export interface Agents {
  /**
   * Settles what a crash left behind: unfinished runs end as errors "gateway restarted", and a user line that had
   * not reached its transcript is appended. Nothing is run again. Call once, before the first run.
   */
  start(): Promise<void>;
  /**
   * Starts a run, or tells what became of an earlier request with the same key. Resolves when the request is
   * durable: on an idle session the user's line is then in the transcript.
   * @throws {AgentsError} Every code; nothing was started then.
   */
  startRun(request: RunRequest): Promise<RunStart>;
  /** Waits for a run of the principal; `maySee` also finds a unique run of that id of somebody else. */
  waitRun(o: {
    readonly principal: string;
    readonly runId: string;
    readonly timeoutMs: number;
    readonly maySee: boolean;
  }): Promise<RunWait>;
  /**
   * Aborts one run, or all of a session: queued ones first, then the running one. Resolves when their terminal
   * events are out.
   * @throws {AgentsError} run_session_mismatch, malformed_session_key
   */
  abort(o: {
    readonly principal: string;
    /** As sent by the client. */
    readonly sessionKey: string;
    readonly runId?: string;
    readonly reason: AbortReason;
  }): Promise<{ readonly aborted: boolean; readonly runIds: readonly string[] }>;
  /** A session's newest messages, oldest first. Unknown session: no messages. */
  history(sessionKey: string, query: HistoryQuery): Promise<HistoryView>;
  /** Single sessions: looking, changing, watching. */
  readonly sessions: Sessions;
  sessionRows(query?: SessionListQuery): Promise<SessionList>;
  /** Counts and newest sessions, in all and per agent. */
  sessionsSummary(o?: { readonly recent?: number }): Promise<SessionsSummary>;
  /** Canonical form of a key as sent. @throws {AgentsError} malformed_session_key, unknown_agent */
  resolveSessionKey(raw: string | undefined, agentId?: string): string;
  models(): readonly ModelInfo[];
  /** Every provider that models can be of, and whether there is a key for it. */
  providerKeys(): readonly ProviderKey[];
  /** What a message can begin with that is not for the model. */
  commands(): readonly CommandInfo[];
  agentsList(): AgentsList;
  /** How the agent of a session (by default the main one) presents itself. @throws {AgentsError} unknown_agent, agent_mismatch, malformed_session_key */
  identity(o?: { readonly agentId?: string; readonly sessionKey?: string }): AgentIdentity;
  /** Tools an agent may use; by default the default agent. @throws {AgentsError} unknown_agent */
  tools(agentId?: string): { readonly agentId: string; readonly tools: readonly ToolSpec[] };
  /** What models used, by the day. */
  usage(query?: UsageQuery): Promise<UsageReport>;
  defaultModel(): DefaultModel;
  /** Every run's events, in order. Listeners are called synchronously and must not throw. */
  onEvent(listener: (event: RunEvent) => void): () => void;
  /**
   * Removes what has to go by `session.maintenance`, or says what would; by itself it happens once an hour.
   * @throws {AgentsError} unknown_agent, malformed_session_key (of `activeKey`)
   */
  cleanUp(options?: Omit<CleanupOptions, "signal">): Promise<Cleanup>;
  readonly systemEvents: SystemEvents;
  /** Runs accepted and not yet ended. */
  readonly activeRuns: number;
  /** Lanes that runs of all sessions take turns in. */
  readonly lanes: readonly LaneState[];
  /** `config` gives another object: what waits for a place may have one now, and other rules may hold. */
  configChanged(): void;
  /** Refuses new runs, lets the running ones end for `graceMs`, aborts the rest, and leaves nothing behind. */
  close(o: { readonly graceMs: number }): Promise<void>;
}

/** Notes put before the next user message of a session. In memory; lost at restart. */
export interface SystemEvents {
  /** @default sessionKey of the default agent's main session */
  enqueue(text: string, o?: { readonly sessionKey?: string; readonly contextKey?: string }): void;
  peek(sessionKey?: string): readonly string[];
}
