import type { ContextPart, ToolSpec } from "../models/types.ts";

/** Which run a tool is called for. */
export interface ToolContext {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly toolCallId: string;
  /** Aborted with the run. */
  readonly signal: AbortSignal;
}

/** What a tool answers; `meta` is a short human line. */
export interface ToolResult {
  readonly content: readonly ContextPart[];
  readonly isError?: boolean;
  readonly details?: unknown;
  readonly meta?: string;
}

/** Port to the tools agents may use. */
export interface ToolRegistry {
  list(agentId: string): readonly ToolSpec[];
  /** Undefined when there is no tool of that name. */
  call(name: string, args: unknown, context: ToolContext): Promise<ToolResult | undefined>;
}

/** A registry without tools. */
export const NO_TOOLS: ToolRegistry = {
  list: () => [],
  call: () => Promise.resolve(undefined),
};
