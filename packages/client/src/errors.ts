/**
 * Why there is no usable connection. Each code is one thing a caller can do something about.
 *
 * Docs: troubleshooting.md#connection-errors
 */
export const CONNECTION_ERROR_CODES = {
  unreachable: "Nothing answers at the address: start the gateway or correct the address.",
  foreign_service: "Something answers, but it does not speak the gateway protocol.",
  unauthorized: "The gateway refuses the credentials or the device's proof.",
  pairing_required: "The gateway knows the device but nobody has approved what it asks for.",
  incompatible: "The two sides share no protocol version.",
  busy: "The gateway is starting, restarting or draining: try again shortly.",
  refused: "The gateway refuses the connection for another reason.",
  timeout: "The gateway did not answer in time.",
  closed: "An established connection ended.",
  not_connected: "There is no connection at the moment; requests are not queued for the next one.",
} as const;

/** Code of a {@link ConnectionError}. */
export type ConnectionErrorCode = keyof typeof CONNECTION_ERROR_CODES;

/** Facts about the end of a socket, where there was one. */
export interface ConnectionErrorOptions {
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** The gateway's own refusal (`RpcError`) or the network's error. */
  readonly cause?: unknown;
}

/**
 * The connection failed, as opposed to `RpcError`: the gateway answered, with an error. Requests in flight when a
 * connection ends are rejected with the same instance; whether they took effect is unknown.
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly code: ConnectionErrorCode;
  readonly closeCode?: number;
  readonly closeReason?: string;

  constructor(code: ConnectionErrorCode, message: string, options: ConnectionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.closeCode !== undefined) this.closeCode = options.closeCode;
    if (options.closeReason !== undefined) this.closeReason = options.closeReason;
  }
}

const CLOSE_LABELS: Readonly<Record<number, string>> = {
  1000: "1000 normal closure",
  1006: "1006 abnormal closure (no close frame)",
};

/** One line about a closed socket: `gateway closed (1008): unauthorized: gateway token mismatch (…)`. */
export function describeClose(code: number, reason: string): string {
  return `gateway closed (${CLOSE_LABELS[code] ?? code}): ${reason || "no close reason"}`;
}
