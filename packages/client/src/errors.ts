/**
 * Why there is no usable connection, and what to do about it. Each code is one thing a caller can act on.
 *
 * Docs: troubleshooting.md#client-errors
 */
export const CONNECTION_ERROR_CODES = {
  unreachable: {
    meaning: "Nothing answers at the address.",
    nextStep: "Start the gateway, or correct the address.",
  },
  foreign_service: {
    meaning: "Something answers, but it does not speak the gateway protocol.",
    nextStep: "Correct the address or the port: another program listens there.",
  },
  untrusted: {
    meaning: "The server's certificate is not the one that is trusted or pinned.",
    nextStep: "Compare the certificate's fingerprint on the gateway's machine, then correct the pin.",
  },
  unauthorized: {
    meaning: "The gateway refuses the credentials or the device's proof.",
    nextStep: "Give the client the gateway's present token or password.",
  },
  pairing_required: {
    meaning: "The gateway knows the device but nobody has approved what it asks for.",
    nextStep: "Let an operator approve the device, then connect again; or set awaitApproval.",
  },
  incompatible: {
    meaning: "The two sides share no protocol version.",
    nextStep: "Bring the client and the gateway to releases that share a protocol version.",
  },
  busy: {
    meaning: "The gateway is starting, restarting or draining, or this client waits for too many answers.",
    nextStep: "Try again shortly.",
  },
  refused: {
    meaning: "The gateway refuses the connection for another reason.",
    nextStep: "Read the message: the gateway says what it refuses.",
  },
  timeout: {
    meaning: "The gateway did not answer in time.",
    nextStep: "Look at the gateway's load and log; give long calls a longer deadline.",
  },
  closed: {
    meaning: "An established connection ended.",
    nextStep: "Set reconnect to come back by itself; requests that were under way may have taken effect.",
  },
  not_connected: {
    meaning: "There is no connection at the moment; requests are not queued for the next one.",
    nextStep: "Wait for the state `connected`, then ask again.",
  },
  too_large: {
    meaning: "The request is larger than the gateway takes.",
    nextStep: "Send less at once; `hello.policy.maxPayload` is the limit.",
  },
} as const;

/** Code of a {@link ConnectionError}. */
export type ConnectionErrorCode = keyof typeof CONNECTION_ERROR_CODES;

/** Facts about the end of a socket, where there was one. */
export interface ConnectionErrorOptions {
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Replaces the code's own advice where more is known. */
  readonly nextStep?: string;
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
  /** One sentence for a person: what to do now. */
  readonly nextStep: string;

  constructor(code: ConnectionErrorCode, message: string, options: ConnectionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.nextStep = options.nextStep ?? CONNECTION_ERROR_CODES[code].nextStep;
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
