/** What a caller can do something about. `queue_full`, `busy` and `closing` are worth another try later. */
export const AGENTS_ERROR_CODES = [
  "unknown_agent",
  "malformed_session_key",
  "agent_mismatch",
  "unknown_session",
  "ambiguous_session",
  "invalid_selector",
  "invalid_setting",
  "session_exists",
  "label_taken",
  "main_session",
  "blocked",
  "reset_forbidden",
  "decision_forbidden",
  "idempotency_conflict",
  "empty_message",
  "null_bytes",
  "invalid_attachment",
  "invalid_thinking_level",
  "model_not_allowed",
  "run_session_mismatch",
  "queue_full",
  "busy",
  "closing",
  "store_failed",
] as const;

/** One of {@link AGENTS_ERROR_CODES}. */
export type AgentsErrorCode = (typeof AGENTS_ERROR_CODES)[number];

/** A request that was not accepted. `message` is written for the caller and names no secret. */
export class AgentsError extends Error {
  override readonly name = "AgentsError";
  readonly code: AgentsErrorCode;

  constructor(code: AgentsErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
