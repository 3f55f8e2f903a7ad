/**
 * Top-level error codes of the wire and when they are used. `NOT_LINKED` and `AGENT_TIMEOUT` are retained names of
 * older releases: never emit them, never give them another meaning.
 *
 * Docs: protocol.md#error-codes
 */
export const ERROR_CODES = {
  INVALID_REQUEST:
    "The frame, its params or the credentials are wrong, or a policy refuses; repeating cannot help.",
  NOT_PAIRED: "The device has no identity or is not approved for what it asks.",
  UNAVAILABLE: "The gateway or something behind it could not do it now.",
  FORBIDDEN: "The caller is known but lacks the scope (dialect 4; dialect 3 says INVALID_REQUEST).",
  APPROVAL_NOT_FOUND: "The approval id is unknown or expired.",
  NOT_LINKED: "Retained name, not emitted.",
  AGENT_TIMEOUT: "Retained name, not emitted.",
} as const;

/** A top-level error code. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** `error` of a failed response. Codes this build does not know may arrive from newer peers. */
export interface ErrorShape {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** Optional parts of an {@link RpcError}. */
export interface RpcErrorOptions {
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  /** A scope the caller lacks, for whoever keeps account of refusals; not sent by itself. */
  readonly missingScope?: string;
  /** Sent as `payload` beside the error: the final answer of a failed two-stage method has both. */
  readonly payload?: unknown;
  readonly cause?: unknown;
}

/**
 * A failure the remote side is told about, or was told by the remote side: code, text and details are wire content,
 * so they must not carry secrets or internals.
 */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: ErrorCode | (string & {});
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly payload?: unknown;
  readonly missingScope?: string;

  constructor(code: ErrorCode | (string & {}), message: string, options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.details !== undefined) this.details = options.details;
    if (options.retryable !== undefined) this.retryable = options.retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.payload !== undefined) this.payload = options.payload;
    if (options.missingScope !== undefined) this.missingScope = options.missingScope;
  }

  /** The wire form, without absent fields. */
  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.details !== undefined && { details: this.details }),
      ...(this.retryable !== undefined && { retryable: this.retryable }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** An `INVALID_REQUEST` with the given text. */
export function invalidRequest(message: string, details?: unknown): RpcError {
  return new RpcError("INVALID_REQUEST", message, { details });
}

/** What a gateway that goes down refuses, in words of the caller's; worth another try when it is back. */
export function refusedWhileDraining(method: string, message: string, cause?: unknown): RpcError {
  return new RpcError("UNAVAILABLE", message, {
    retryable: true,
    retryAfterMs: 1000,
    details: { method, reason: "gateway-restarting", phase: "draining" },
    cause,
  });
}

/** No job of this id is scheduled. */
export function unknownCronJob(jobId: string): RpcError {
  return invalidRequest(`unknown cron job id: ${jobId.slice(0, 200)}`, {
    code: "CRON_JOB_NOT_FOUND",
    jobId: jobId.slice(0, 200),
  });
}

/** No command of this id waits. Dialect 3 knows other words: see `unknownApproval`. */
export function approvalNotFound(): RpcError {
  return invalidRequest("unknown or expired approval id", {
    reason: "APPROVAL_NOT_FOUND",
    remediation: "List what waits with exec.approval.list, or ask again.",
  });
}
