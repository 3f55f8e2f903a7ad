import * as v from "valibot";

import { intBetween, intFrom, nonEmpty, shortText, text } from "../schemas.ts";
import type { ChatMessage } from "./chat.ts";
import { method, result } from "./define.ts";

/** A session as `sessions.list` shows it. */
export interface SessionRow {
  /** Canonical, such as `agent:main:main`. */
  readonly key: string;
  readonly kind: "direct" | "group" | "global" | "unknown";
  readonly agentId?: string;
  readonly label?: string;
  readonly category?: string;
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
  readonly fastMode?: boolean | "auto";
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
  /** Dialect 4, from here on. */
  readonly createdAt?: number;
  /** Last message of a user. */
  readonly lastInteractionAt?: number;
  readonly hasActiveRun?: boolean;
  /** Every run that has not ended; `[]` means idle. */
  readonly activeRunIds?: readonly string[];
  /** `running`, or how the last run ended. */
  readonly status?: "running" | "done" | "failed" | "aborted";
  /** Of the running turn, else of the last one. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly runtimeMs?: number;
  /** When this was true, epoch ms. */
  readonly snapshotAt?: number;
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

/** Params of `sessions.list`. */
export const SESSION_LIST_PARAMS = v.strictObject({
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
});

/** One session's preview in `sessions.preview`. */
export interface SessionPreview {
  /** As asked for. */
  readonly key: string;
  readonly status: "ok" | "empty" | "missing" | "error";
  readonly items: readonly {
    readonly role: "user" | "assistant" | "tool" | "system" | "other";
    readonly text: string;
  }[];
}

const byKey = { key: nonEmpty, agentId: v.optional(nonEmpty) };

/** Looking at sessions. */
export const SESSIONS_METHODS = {
  "sessions.list": method({
    params: SESSION_LIST_PARAMS,
    scope: "operator.read",
    result: result<SessionsList>(),
  }),
  "sessions.preview": method({
    params: v.strictObject({
      keys: v.pipe(v.array(nonEmpty), v.minLength(1)),
      agentId: v.optional(nonEmpty),
      limit: v.optional(intFrom(1)),
      maxChars: v.optional(intFrom(20)),
    }),
    scope: "operator.read",
    result: result<{ readonly ts: number; readonly previews: readonly SessionPreview[] }>(),
  }),
  "sessions.resolve": method({
    params: v.strictObject({
      key: name,
      sessionId: name,
      label: v.optional(shortText(64)),
      agentId: v.optional(nonEmpty),
      spawnedBy: v.optional(nonEmpty),
      includeGlobal: flag,
      includeUnknown: flag,
    }),
    scope: "operator.read",
    result: result<{ readonly ok: true; readonly key: string }>(),
    advertised: false,
  }),
  "sessions.describe": method({
    params: v.strictObject({ ...byKey, includeDerivedTitles: flag, includeLastMessage: flag }),
    scope: "operator.read",
    result: result<{ readonly session: SessionRow | null }>(),
    advertised: false,
  }),
  "sessions.get": method({
    params: v.strictObject({ ...byKey, limit: v.optional(intBetween(1, 1_000)) }),
    scope: "operator.read",
    result: result<{ readonly session: SessionRow | null; readonly messages: readonly ChatMessage[] }>(),
    advertised: false,
  }),
};
