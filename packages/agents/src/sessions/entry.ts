/**
 * What is kept about a session beside its transcript. Fields nobody here knows survive a read and write.
 * Times are epoch milliseconds; token counts are those of the last run, `totalTokens` the last prompt's size.
 */
export interface SessionEntry {
  /** Canonical key, e.g. `agent:main:main`. */
  readonly key: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When this session id was started; a reset begins a new one. */
  readonly sessionStartedAt?: number;
  /** Last message of a user, as opposed to a metadata change: what the reset policy looks at. */
  readonly lastInteractionAt?: number;
  readonly systemSent?: boolean;
  readonly abortedLastRun?: boolean;
  readonly compactionCount?: number;
  /** How the last run ended, and when it began and ended. */
  readonly status?: "done" | "failed" | "aborted";
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly spawnedBy?: string;
  readonly spawnDepth?: number;

  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly reasoningLevel?: string;
  readonly elevatedLevel?: string;
  readonly responseUsage?: string;
  readonly fastMode?: boolean | "auto";

  readonly providerOverride?: string;
  readonly modelOverride?: string;
  readonly modelProvider?: string;
  readonly model?: string;
  readonly contextTokens?: number;
  readonly fallbackNoticeSelectedModel?: string;
  readonly fallbackNoticeActiveModel?: string;
  readonly fallbackNoticeReason?: string;

  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly totalTokens?: number;
  readonly totalTokensFresh?: boolean;

  readonly chatType?: string;
  readonly channel?: string;
  readonly groupId?: string;
  readonly subject?: string;
  readonly groupChannel?: string;
  readonly space?: string;
  readonly origin?: Readonly<Record<string, unknown>>;
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
  readonly lastChannel?: string;
  readonly lastTo?: string;
  readonly lastAccountId?: string;
  readonly sendPolicy?: string;
  readonly groupActivation?: string;
  readonly label?: string;
  readonly category?: string;
  readonly displayName?: string;

  /** Model and thinking level the transcript noted last. */
  readonly notedModel?: string;
  readonly notedThinking?: string;

  /** First user text and last visible message, cut short: lists need not read transcripts. */
  readonly titleText?: string;
  readonly lastMessagePreview?: string;

  readonly [field: string]: unknown;
}
