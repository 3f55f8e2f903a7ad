import type { ContextPart, StopReason, Usage } from "../models/types.ts";

/** Fields of every transcript line. `id` is 8 hex digits; `parentId` is the previous line's, null at the root. */
interface LineBase {
  readonly id: string;
  readonly parentId: string | null;
  /** ISO time the line was made. */
  readonly timestamp: string;
}

/** First line of a session's transcript; its `id` is the session id and it has no `parentId`. */
export interface SessionLine {
  readonly type: "session";
  readonly version: 3;
  readonly id: string;
  readonly timestamp: string;
  readonly cwd: string;
  readonly parentSession?: string;
}

/** The model answering from here on. */
export interface ModelChangeLine extends LineBase {
  readonly type: "model_change";
  readonly provider: string;
  readonly modelId: string;
}

/** The thinking level from here on. */
export interface ThinkingLevelChangeLine extends LineBase {
  readonly type: "thinking_level_change";
  readonly thinkingLevel: string;
}

/** A user, assistant or tool message. */
export interface MessageLine extends LineBase {
  readonly type: "message";
  readonly message: TranscriptMessage;
}

/** Older lines are summarised; the model sees `summary` and what follows `firstKeptEntryId`. */
export interface CompactionLine extends LineBase {
  readonly type: "compaction";
  readonly summary: string;
  readonly firstKeptEntryId: string;
  readonly tokensBefore: number;
}

/** Bookkeeping that is never sent to the model. */
export interface CustomLine extends LineBase {
  readonly type: "custom";
  readonly customType: string;
  readonly data: unknown;
}

/** A note that is sent to the model as user text. */
export interface CustomMessageLine extends LineBase {
  readonly type: "custom_message";
  readonly customType: string;
  readonly content: string | readonly ContextPart[];
  readonly display: boolean;
}

/** Lines kept but not interpreted, for instance from an import. */
export interface OtherLine extends LineBase {
  readonly type: "branch_summary" | "label" | "session_info" | "reset";
  readonly [field: string]: unknown;
}

/**
 * One line of a transcript, oldest first, append only.
 * Example: `{"type":"message","id":"9366e1b7","parentId":"05280c9e","timestamp":"2026-11-22T12:12:49.306Z",
 * "message":{"role":"user","content":[{"type":"text","text":"hi"}],"timestamp":1795349569304}}`
 */
export type TranscriptLine =
  | SessionLine
  | ModelChangeLine
  | ThinkingLevelChangeLine
  | MessageLine
  | CompactionLine
  | CustomLine
  | CustomMessageLine
  | OtherLine;

/** What a user said. `timestamp` is epoch milliseconds, here and below. */
export interface UserMessage {
  readonly role: "user";
  readonly content: string | readonly ContextPart[];
  readonly timestamp: number;
}

/** What a model (or, as `openclaw`/`gateway-injected`, the gateway) answered. */
export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: readonly ContextPart[];
  readonly api: string;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly stopReason: StopReason | "error" | "aborted";
  readonly errorMessage?: string;
  readonly timestamp: number;
}

/** What a tool answered. */
export interface ToolResultMessage {
  readonly role: "toolResult";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: readonly ContextPart[];
  readonly details?: unknown;
  readonly isError: boolean;
  readonly timestamp: number;
}

/** A message of a transcript. */
export type TranscriptMessage = UserMessage | AssistantMessage | ToolResultMessage;
