import * as v from "valibot";

import { intFrom, nonEmpty, shortText, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A session as `sessions.list` shows it. */
export interface SessionRow {
  /** Canonical, such as `agent:main:main`. */
  readonly key: string;
  readonly kind: "direct" | "group" | "global" | "unknown";
  readonly agentId?: string;
  readonly label?: string;
  readonly displayName?: string;
  readonly channel?: string;
  readonly subject?: string;
  readonly groupChannel?: string;
  readonly space?: string;
  readonly chatType?: string;
  readonly origin?: Readonly<Record<string, unknown>>;
  readonly updatedAt: number | null;
  readonly sessionId?: string;
  readonly systemSent?: boolean;
  readonly abortedLastRun?: boolean;
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly elevatedLevel?: string;
  readonly sendPolicy?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly totalTokensFresh: boolean;
  readonly responseUsage?: string;
  readonly modelProvider?: string;
  readonly model?: string;
  readonly contextTokens?: number;
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
  readonly lastChannel?: string;
  readonly lastTo?: string;
  readonly lastAccountId?: string;
  readonly derivedTitle?: string;
  readonly lastMessagePreview?: string;
  /** Dialect 4. */
  readonly createdAt?: number;
  readonly hasActiveRun?: boolean;
  readonly activeRunIds?: readonly string[];
}

/** Result of `sessions.list`, newest first. */
export interface SessionsList {
  readonly ts: number;
  readonly path: string;
  readonly count: number;
  readonly defaults: {
    readonly modelProvider: string | null;
    readonly model: string | null;
    readonly contextTokens: number | null;
  };
  readonly sessions: readonly SessionRow[];
  /** Dialect 4. */
  readonly totalCount?: number;
  readonly limitApplied?: number;
  readonly nextOffset?: number | null;
  readonly hasMore?: boolean;
  readonly owners?: readonly unknown[];
}

const flag = v.optional(v.boolean());
const name = v.optional(text);

/** The list of sessions. */
export const SESSIONS_METHODS = {
  "sessions.list": method({
    params: v.strictObject({
      limit: v.optional(intFrom(1)),
      activeMinutes: v.optional(intFrom(1)),
      includeGlobal: flag,
      includeUnknown: flag,
      includeDerivedTitles: flag,
      includeLastMessage: flag,
      label: v.optional(shortText(64)),
      spawnedBy: v.optional(nonEmpty),
      agentId: v.optional(nonEmpty),
      search: name,
      offset: v.optional(intFrom(0)),
      activeOnly: flag,
      requireLastInteraction: flag,
      sortBy: v.optional(v.picklist(["updatedAt", "lastInteractionAt", "activity"])),
      excludeSubagents: flag,
      excludeCron: flag,
      excludeSystem: flag,
      configuredAgentsOnly: flag,
      includeActivitySummary: flag,
      projectId: name,
      workspaceDir: name,
      group: name,
      pinned: flag,
      boardFace: v.optional(v.unknown()),
      hasBoard: flag,
      creatorId: name,
      ownerId: name,
      ownerFirst: flag,
      involvingMe: flag,
      profileRelation: name,
      involvingProfileId: name,
      includePeople: flag,
      archived: flag,
    }),
    scope: "operator.read",
    result: result<SessionsList>(),
  }),
};
