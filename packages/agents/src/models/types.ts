/** Words a provider failure is classified into; they decide on retry, fallback and what clients see. */
export const FAILURE_REASONS = [
  "auth",
  "billing",
  "rate_limit",
  "timeout",
  "format",
  "model_not_found",
  "overflow",
  "unknown",
] as const;

/** One of {@link FAILURE_REASONS}. Docs: protocol.md#runs */
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** Coarse class of a failure for chat clients. */
export type ChatErrorKind = "refusal" | "timeout" | "rate_limit" | "context_length" | "unknown";

/** Tokens of one model call. `input` excludes cached tokens; cost is in US dollars. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: UsageCost;
}

/** What one model call cost, in US dollars. */
export interface UsageCost {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
}

/** How much the model thinks before it answers. */
export const THINKING_LEVELS = ["off", "minimal", "low", "medium", "high", "xhigh"] as const;

/** One of {@link THINKING_LEVELS}. */
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

/** A piece of a message in the model's context. */
export type ContextPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly mimeType: string; readonly data: string }
  | { readonly type: "thinking"; readonly thinking: string }
  | { readonly type: "toolCall"; readonly id: string; readonly name: string; readonly arguments: unknown };

/** A message of the model's context, independent of any provider's wire. */
export type ContextMessage =
  | { readonly role: "user"; readonly content: readonly ContextPart[] }
  | { readonly role: "assistant"; readonly content: readonly ContextPart[] }
  | {
      readonly role: "toolResult";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly content: readonly ContextPart[];
      readonly isError: boolean;
    };

/** A tool as the model sees it. `parameters` is a JSON schema object. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One call to a model: everything it may know, nothing it must remember. */
export interface ModelRequest {
  readonly runId: string;
  readonly model: ResolvedModel;
  readonly system: string;
  readonly messages: readonly ContextMessage[];
  readonly tools: readonly ToolSpec[];
  readonly thinking: ThinkingLevel;
  /** Calls of this run that failed so far. */
  readonly failedCalls: number;
}

/** Why the model stopped. */
export type StopReason = "stop" | "length" | "toolUse";

/**
 * What a model says while it answers, in order. The stream ends with `finish`; ending without it is a dropped
 * stream, and a failure is thrown as `ModelFailure`.
 */
export type ModelEvent =
  | { readonly type: "text"; readonly delta: string }
  | { readonly type: "thinking"; readonly delta: string }
  /** Arguments of a tool call being written; the whole call follows as `tool-call`. */
  | { readonly type: "tool-input"; readonly id: string; readonly name: string; readonly delta: string }
  /** `arguments` is a string when the model wrote no valid JSON. */
  | { readonly type: "tool-call"; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: "finish"; readonly stopReason: StopReason; readonly usage?: Usage };

/**
 * Port of a model API. `stream` is pulled: the provider reads on only when the next event is asked for.
 * Aborting `signal` ends the stream at once, by return or by throw.
 */
export interface ModelProvider {
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** `<provider>/<model>`, taken apart. */
export interface ModelRef {
  readonly provider: string;
  readonly id: string;
}

/** A model of the catalogue. `contextWindow` and `maxTokens` count tokens. */
export interface ModelInfo extends ModelRef {
  readonly name: string;
  readonly contextWindow: number;
  readonly maxTokens: number;
  readonly reasoning: boolean;
  readonly input: readonly ("text" | "image")[];
}

/** A catalogue model with what is needed to call it. */
export interface ResolvedModel extends ModelInfo {
  readonly api: string;
  /** US dollars per million tokens. */
  readonly price: Omit<UsageCost, "total">;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Provider quirks, as configured. */
  readonly compat: Readonly<Record<string, unknown>>;
}
