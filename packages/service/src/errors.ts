import type { Step } from "./supervisor.ts";

/** What a caller can do something about. */
export const SERVICE_ERROR_CODES = {
  unsupported: "this platform's supervisor is not supported yet",
  unavailable: "the supervisor cannot be reached",
  refused: "the supervisor refused a step",
  not_started: "the service was started and did not stay up",
  invalid_value: "a value cannot be written into a service",
  foreign: "somebody else looks after this service",
  io: "the service's file cannot be read or written",
} as const;

export type ServiceErrorCode = keyof typeof SERVICE_ERROR_CODES;

/** Parts of a {@link ServiceError} besides its message. */
export interface ServiceErrorParts {
  /** What to type next, the best first. */
  readonly hints?: readonly string[];
  /** Steps that were made before, each with its undo. */
  readonly done?: readonly Step[];
  readonly cause?: unknown;
}

/** The one error of this package: `code` for programs, `message` and `hints` for people. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceErrorCode;
  readonly hints: readonly string[];
  readonly done: readonly Step[];

  constructor(code: ServiceErrorCode, message: string, parts: ServiceErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.hints = parts.hints ?? [];
    this.done = parts.done ?? [];
  }
}
