import type { FailureReason } from "./types.ts";

/** What is known about a failed model call beside its text. */
export interface FailureFacts {
  /** HTTP status of the provider. */
  readonly status?: number;
  /** Pause the provider asked for. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A model call that failed, classified. `message` is the provider's own text. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(reason: FailureReason, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.reason = reason;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Signs of a reason in a provider's text (lower case), asked in this order. */
const TEXT_SIGNS: readonly (readonly [FailureReason, RegExp])[] = [
  [
    "overflow",
    /context length|context window|maximum context|context_length_exceeded|prompt (?:is )?too (?:large|long)|request_too_large/u,
  ],
  [
    "billing",
    /payment required|insufficient credits?|credit balance|insufficient balance|insufficient_quota|billing/u,
  ],
  [
    "rate_limit",
    /rate.?limit|too many requests|quota exceeded|resource_exhausted|usage limit|\btpm\b|overloaded|capacity/u,
  ],
  [
    "auth",
    /invalid.?api.?key|incorrect api key|unauthorized|forbidden|token (?:has )?expired|no api key found|authentication/u,
  ],
  [
    "timeout",
    /timed? ?out|deadline exceeded|econnreset|econnrefused|econnaborted|etimedout|enotfound|eai_again|epipe|socket hang up|terminated|fetch failed|without a finish reason|other side closed/u,
  ],
  [
    "model_not_found",
    /model.{0,80}(?:not found|does not exist)|unknown model|no such model|model_not_found/u,
  ],
  ["format", /tool.?call.?id|tool_use_id|invalid.?request|must match pattern/u],
];

const STATUS_REASONS: Readonly<Record<number, FailureReason>> = {
  400: "format",
  401: "auth",
  402: "billing",
  403: "auth",
  404: "model_not_found",
  408: "timeout",
  413: "overflow",
  422: "format",
  429: "rate_limit",
  500: "timeout",
  502: "timeout",
  503: "timeout",
  504: "timeout",
  529: "rate_limit",
};

/** Reason of a failed call by HTTP status, then by error code and text. Docs: protocol.md#run-errors */
export function classifyFailure(facts: {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly message: string;
}): FailureReason {
  const text = `${facts.code ?? ""} ${facts.message.slice(0, 4000)}`.toLowerCase();
  const byText = TEXT_SIGNS.find(([, sign]) => sign.test(text))?.[0];
  const byStatus = facts.status === undefined ? undefined : STATUS_REASONS[facts.status];
  // Providers answer 400, 413 or 429 for several things; the text tells which.
  if (
    byText === "overflow" &&
    (facts.status === undefined || byStatus === "format" || byStatus === "overflow")
  ) {
    return "overflow";
  }
  if (byText === "billing" && (byStatus === "format" || byStatus === "rate_limit" || byStatus === "auth")) {
    return "billing";
  }
  return byStatus ?? byText ?? "unknown";
}

/** Makes a classified failure of whatever a provider threw. */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const { message, code, cause } = factsOf(error);
  const inner = cause === undefined ? undefined : factsOf(cause);
  const text = message === "" ? "The model call failed." : message;
  const reason = classifyFailure({ code: code ?? inner?.code, message: `${text} ${inner?.message ?? ""}` });
  return new ModelFailure(reason, text, { cause: error });
}

function factsOf(error: unknown): { message: string; code: string | undefined; cause: unknown } {
  if (typeof error !== "object" || error === null) {
    return { message: String(error), code: undefined, cause: undefined };
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  return { message, code, cause: "cause" in error ? error.cause : undefined };
}
