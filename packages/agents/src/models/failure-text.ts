import { cutText } from "../text/message-text.ts";
import type { ModelFailure } from "./failure.ts";
import type { ChatErrorKind, FailureReason, ModelRef } from "./types.ts";

const MAX_ERROR_CHARS = 600;

/** Texts clients and users know a failure by; tools match on their beginnings. Docs: troubleshooting.md#model-errors */
export const FAILURE_TEXTS = {
  rateLimit: "⚠️ API rate limit reached. Please try again later.",
  overloaded: "The AI service is temporarily overloaded. Please try again in a moment.",
  overflow:
    "Context overflow: prompt too large for the model. Try /reset (or /new) to start a fresh session, or use a larger-context model.",
  timeout: "LLM request timed out.",
  runTimeout:
    "Request timed out before a response was generated. Please try again, or increase `agents.defaults.timeoutSeconds` in your config.",
  restarted: "gateway restarted",
} as const;

/** What a user reads about a failed call. Secrets and credentials in URLs are taken out, long texts cut. */
export function describeFailure(failure: ModelFailure, model: ModelRef): string {
  return cutText(redactSecrets(textOf(failure, model)), MAX_ERROR_CHARS);
}

/** The coarse class chat clients get. */
export function chatErrorKindOf(reason: FailureReason): ChatErrorKind {
  switch (reason) {
    case "timeout":
    case "rate_limit":
      return reason;
    case "overflow":
      return "context_length";
    default:
      return "unknown";
  }
}

/** Takes keys, tokens and credentials in URLs out of a text. */
export function redactSecrets(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,500}@/giu, "$1***@")
    .replace(/\b(bearer\s+)[\w.~+/=-]{8,}/giu, "$1***")
    .replace(/([?&](?:api[_-]?key|key|token|access_token)=)[^&\s"']+/giu, "$1***")
    .replace(/\b(?:sk|pk|rk|gsk|xai|ghp|gho|hf|AIza)[-_][\w-]{8,}|\bAIza[\w-]{20,}/gu, "***");
}

function textOf(failure: ModelFailure, model: ModelRef): string {
  const { reason, status, message } = failure;
  switch (reason) {
    case "rate_limit":
      return /overloaded|capacity/iu.test(message) || status === 529
        ? FAILURE_TEXTS.overloaded
        : FAILURE_TEXTS.rateLimit;
    case "billing":
      return (
        `⚠️ ${model.provider} (${model.id}) returned a billing error — your API key has run out of credits or ` +
        `has an insufficient balance. Check your ${model.provider} billing dashboard and top up or switch to a different API key.`
      );
    case "overflow":
      return FAILURE_TEXTS.overflow;
    default:
      break;
  }
  if (status !== undefined)
    return status >= 500 || message === "" ? `HTTP ${status}: ${message}` : `${status} ${message}`;
  return reason === "timeout" && /timed? ?out/iu.test(message) ? FAILURE_TEXTS.timeout : message;
}
