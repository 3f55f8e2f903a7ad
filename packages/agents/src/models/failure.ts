import type { FailureReason } from "./types.ts";

const MAX_CAUSES = 5;

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
    /timed? ?out|deadline exceeded|econnreset|econnrefused|econnaborted|etimedout|enotfound|eai_again|epipe|socket hang up|terminated|fetch failed|without a finish reason|other side closed|cannot connect/u,
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

/** Makes a classified failure of whatever a provider threw, looking into its causes too. */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const chain = causesOf(error);
  const message = chain[0]?.message ?? "";
  const code = chain.find((facts) => facts.code !== undefined)?.code;
  const reason = classifyFailure({ code, message: chain.map((facts) => facts.message).join(" ") });
  return new ModelFailure(reason, message === "" ? "The model call failed." : message, { cause: error });
}

/** An error and what caused it, as far down as is sensible. */
function causesOf(
  error: unknown,
): readonly { readonly message: string; readonly code: string | undefined }[] {
  const chain: { message: string; code: string | undefined }[] = [];
  for (let cause = error; cause !== undefined && chain.length < MAX_CAUSES;) {
    if (typeof cause !== "object" || cause === null)
      return [...chain, { message: String(cause), code: undefined }];
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
    const message = "message" in cause && typeof cause.message === "string" ? cause.message : "";
    chain.push({ message, code });
    cause = "cause" in cause ? cause.cause : undefined;
  }
  return chain;
}
