import type { SessionQuery } from "../store.ts";

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
  readonly rows: readonly SessionRow[];
  /** All matches, whatever the limit. */
  readonly total: number;
}

/** Sessions in a nutshell. */
export interface SessionsSummary {
  readonly count: number;
  readonly recent: readonly SessionRow[];
  readonly byAgent: readonly {
    readonly agentId: string;
    readonly count: number;
    readonly recent: readonly SessionRow[];
  }[];
}
