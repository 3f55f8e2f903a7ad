import type { AgentsErrorCode, FailureReason, RunOutcome } from "@openclaw/agents";
import type { ErrorType, Refusal } from "../reply.ts";

/** Outcomes that are not an answer. */
export type FailedOutcome = Exclude<RunOutcome, { readonly status: "ok" }>;

type Verdict = readonly [status: number, type: ErrorType];

/** What the caller is told; details stay in the log. */
export const INTERNAL_ERROR: Refusal = { status: 500, type: "api_error", message: "internal error" };

// Only `unknown` hides its text: every other reason carries a provider's answer that the caller can act on.
const BY_REASON: Readonly<Record<Exclude<FailureReason, "unknown">, Verdict>> = {
  auth: [401, "authentication_error"],
  billing: [402, "billing_error"],
  rate_limit: [429, "rate_limit_error"],
  timeout: [408, "timeout_error"],
  format: [400, "invalid_request_error"],
  overflow: [400, "invalid_request_error"],
  model_not_found: [404, "invalid_request_error"],
};

const BY_REFUSAL: Readonly<Record<Exclude<AgentsErrorCode, "store_failed">, Verdict>> = {
  unknown_agent: [400, "invalid_request_error"],
  malformed_session_key: [400, "invalid_request_error"],
  agent_mismatch: [400, "invalid_request_error"],
  unknown_session: [404, "invalid_request_error"],
  ambiguous_session: [400, "invalid_request_error"],
  invalid_selector: [400, "invalid_request_error"],
  invalid_setting: [400, "invalid_request_error"],
  session_exists: [409, "invalid_request_error"],
  label_taken: [409, "invalid_request_error"],
  main_session: [400, "invalid_request_error"],
  blocked: [403, "invalid_request_error"],
  reset_forbidden: [403, "invalid_request_error"],
  decision_forbidden: [403, "invalid_request_error"],
  idempotency_conflict: [409, "invalid_request_error"],
  empty_message: [400, "invalid_request_error"],
  null_bytes: [400, "invalid_request_error"],
  invalid_attachment: [400, "invalid_request_error"],
  invalid_thinking_level: [400, "invalid_request_error"],
  model_not_allowed: [400, "invalid_request_error"],
  run_session_mismatch: [400, "invalid_request_error"],
  queue_full: [429, "rate_limit_error"],
  busy: [503, "unavailable"],
  closing: [503, "unavailable"],
};

/**
 * Maps a failed run to a status by the reason it failed for.
 *
 * Docs: protocol.md#chat-completions-errors
 */
export function outcomeRefusal(outcome: FailedOutcome): Refusal {
  switch (outcome.status) {
    case "timeout":
      return { status: 408, type: "timeout_error", message: "Request timed out before the run finished." };
    case "aborted":
      return { status: 500, type: "api_error", message: `run aborted (${outcome.stopReason})` };
    case "error": {
      if (outcome.reason === "unknown") return INTERNAL_ERROR;
      const [status, type] = BY_REASON[outcome.reason];
      return { status, type, message: outcome.message };
    }
    default:
      return outcome satisfies never;
  }
}

/** Maps what `startRun` threw; anything but its own error is internal. */
export function startRefusal(error: unknown): Refusal {
  if (!isStartError(error)) return INTERNAL_ERROR;
  const [status, type] = BY_REFUSAL[error.code];
  const isTransient = status === 429 || status === 503;
  return { status, type, message: error.message, ...(isTransient && { headers: { "retry-after": "1" } }) };
}

// By shape, not by class: this package shares only types with the domain.
function isStartError(error: unknown): error is Error & { readonly code: keyof typeof BY_REFUSAL } {
  if (!(error instanceof Error) || error.name !== "AgentsError" || !("code" in error)) return false;
  return typeof error.code === "string" && Object.hasOwn(BY_REFUSAL, error.code);
}
