/** Why a gateway could not start or act; each has one fix that the message names. */
export const GATEWAY_ERROR_CODES = [
  /** The configuration must change: invalid file, unsafe bind, missing secret. `lines` says what to do. */
  "CONFIG_REFUSED",
  /** Another process listens on the port. */
  "PORT_BUSY",
  /** The address cannot be bound for another reason. */
  "BIND_FAILED",
  /** Another living gateway uses the state folder, the configuration file or a workspace. */
  "STATE_IN_USE",
  /** The state folder or the store in it cannot be used. */
  "STATE_UNUSABLE",
  /** `start()` after `close()`, or twice. */
  "LIFECYCLE",
] as const;

export type GatewayErrorCode = (typeof GATEWAY_ERROR_CODES)[number];

export interface GatewayErrorOptions {
  readonly cause?: unknown;
  readonly details?: unknown;
  /** What an operator should read, first line first; defaults to the message. */
  readonly lines?: readonly string[];
  /** Exit code a process should end with. @default 1 */
  readonly exitCode?: number;
}

/** The one error class of this package. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: GatewayErrorCode;
  readonly details: unknown;
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(code: GatewayErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.lines = options.lines ?? [message];
    this.exitCode = options.exitCode ?? 1;
  }
}
