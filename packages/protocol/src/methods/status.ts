import * as v from "valibot";

import type { HeartbeatPayload } from "../events/status.ts";
import type { ConfigStatus, HealthSnapshot } from "../health.ts";
import type { PresenceEntry } from "../presence.ts";
import { openParams } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A session as `status` lists it. */
export interface StatusSessionRow {
  readonly agentId: string;
  readonly key: string;
  readonly kind: "direct" | "group" | "global" | "unknown";
  readonly sessionId?: string;
  readonly updatedAt: number | null;
  readonly age: number | null;
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly elevatedLevel?: string;
  readonly systemSent?: boolean;
  readonly abortedLastRun?: boolean;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly totalTokens: number | null;
  readonly totalTokensFresh: boolean;
  readonly remainingTokens: number | null;
  /** Of the context window, at most 999. */
  readonly percentUsed: number | null;
  readonly model: string | null;
  readonly contextTokens: number | null;
  readonly flags: readonly string[];
}

/** From which severity on something is logged: `silent`, `fatal`, `error`, `warn`, `info`, `debug`, `trace`. */
export interface LogLevels {
  /** Of the log file. */
  readonly level: string;
  readonly consoleLevel: string;
}

/** A lane that runs take turns in. */
export interface LaneStatus {
  readonly name: string;
  /** Runs at the same time. */
  readonly limit: number;
  readonly running: number;
  readonly waiting: number;
  /** How long the first in the queue has waited, in ms; null when nobody waits. */
  readonly oldestWaitMs: number | null;
}

/** Result of `status`. Without `operator.admin` paths and rows are hidden, counts stay. */
export interface StatusSummary {
  readonly linkChannel?: {
    readonly id: string;
    readonly label: string;
    readonly linked: boolean;
    readonly authAgeMs: number | null;
  };
  readonly heartbeat: {
    readonly defaultAgentId: string;
    readonly agents: readonly {
      readonly agentId: string;
      readonly enabled: boolean;
      readonly every: string;
      readonly everyMs: number | null;
    }[];
  };
  readonly channelSummary: readonly string[];
  readonly queuedSystemEvents: readonly string[];
  readonly sessions: {
    readonly paths: readonly string[];
    readonly count: number;
    readonly defaults: { readonly model: string | null; readonly contextTokens: number | null };
    readonly recent: readonly StatusSessionRow[];
    readonly byAgent: readonly {
      readonly agentId: string;
      readonly path: string;
      readonly count: number;
      readonly recent: readonly StatusSessionRow[];
    }[];
  };
  /** Dialect 4. */
  readonly configStatus?: ConfigStatus;
  readonly runtimeVersion?: string;
  readonly pid?: number;
  readonly logging?: LogLevels;
  readonly lanes?: readonly LaneStatus[];
  /** Webhooks; where they are heard is told to administrators. */
  readonly hooks?: { readonly enabled: boolean; readonly path?: string };
  /** Dialect 4, on request. */
  readonly cliProjection?: {
    readonly agents: {
      readonly defaultId: string;
      readonly ownership: "sole";
      readonly selectionRequired: boolean;
      readonly rows: readonly { readonly id: string }[];
    };
    readonly updateChannel: string;
    readonly memoryPlugin: { readonly enabled: boolean; readonly slot: string | null };
  };
}

/** How the gateway is and who is there. */
export const STATUS_METHODS = {
  health: method({
    params: v.looseObject({ probe: v.optional(v.unknown()) }),
    scope: "none",
    result: result<HealthSnapshot>(),
  }),
  status: method({
    params: v.looseObject({
      includeChannelSummary: v.optional(v.unknown()),
      includeCliProjection: v.optional(v.unknown()),
    }),
    scope: "operator.read",
    result: result<StatusSummary>(),
  }),
  "last-heartbeat": method({
    params: openParams,
    scope: "operator.read",
    result: result<HeartbeatPayload | null>(),
  }),
  "system-presence": method({
    params: openParams,
    scope: "operator.read",
    result: result<readonly PresenceEntry[]>(),
  }),
  // Params come from many kinds of clients: wrongly typed ones are ignored, not refused.
  "system-event": method({
    params: v.looseObject({ text: v.optional(v.unknown()) }),
    scope: "operator.admin",
    result: result<{ readonly ok: true }>(),
  }),
};
