import { CLOSE, RpcError, type CloseContract } from "@openclaw/protocol/wire";

import { ConnectionError, describeClose, type ConnectionErrorCode } from "./errors.ts";
import type { SocketFailure } from "./socket.ts";

// What the end of a connection means, and what the same client should do next.

/** What to do after a connection failed or ended. */
export type Recovery =
  /** Come back: after `delayMs` if the gateway asked for it, else with backoff. */
  | { readonly action: "retry"; readonly delayMs?: number }
  /** Come back with other credentials; the same ones will be refused again. */
  | { readonly action: "reauth" }
  /** Come back once somebody has approved the device; `requestId` names what to approve. */
  | { readonly action: "approval"; readonly requestId?: string }
  /** The same client cannot get past this by asking again. */
  | { readonly action: "stop" };

interface RefusalRule {
  /** Matches `details.code` or, as dialect 3 has fewer codes, the start of a message that is stable there. */
  readonly match: RegExp;
  readonly code: ConnectionErrorCode;
  readonly action: Recovery["action"];
  readonly nextStep?: string;
}

/**
 * Refused connects; the first match wins, and what matches none is tried again.
 *
 * Docs: protocol.md#refused-credentials
 */
const REFUSALS: readonly RefusalRule[] = [
  { match: /^PAIRING_REQUIRED$|^pairing required/, code: "pairing_required", action: "approval" },
  {
    match: /^(PROTOCOL_MISMATCH|CLIENT_VERSION_MISMATCH)$|^protocol mismatch/,
    code: "incompatible",
    action: "stop",
  },
  {
    match: /^AUTH_RATE_LIMITED$/,
    code: "unauthorized",
    action: "stop",
    nextStep:
      "Too many failed attempts: wait until the lockout is over, then connect with correct credentials.",
  },
  {
    match: /^AUTH_(TOKEN|PASSWORD)_NOT_CONFIGURED$/,
    code: "unauthorized",
    action: "stop",
    nextStep: "Set gateway.auth.token or gateway.auth.password on the gateway.",
  },
  {
    match: /^AUTH_SCOPE_MISMATCH$/,
    code: "unauthorized",
    action: "reauth",
    nextStep: "Ask for no more than the device's token grants, or pair the device again for more.",
  },
  {
    match: /^AUTH_DEVICE_TOKEN_MISMATCH$/,
    code: "unauthorized",
    action: "reauth",
    nextStep: "The device's token was revoked or replaced: connect with the shared secret or pair again.",
  },
  {
    match: /^(DEVICE_IDENTITY_REQUIRED|CONTROL_UI_DEVICE_IDENTITY_REQUIRED)$|device identity/,
    code: "unauthorized",
    action: "stop",
    nextStep: "Give the client a device; in a browser, open the page over HTTPS or on localhost.",
  },
  {
    match: /^DEVICE_AUTH_/,
    code: "unauthorized",
    action: "stop",
    nextStep: "Correct this machine's clock; if that is right, remove the stored device key and pair again.",
  },
  {
    match: /^CONTROL_UI_|^origin not allowed/,
    code: "unauthorized",
    action: "stop",
    nextStep:
      "Open the page from the gateway's own address, or add its origin to gateway.controlUi.allowedOrigins.",
  },
  { match: /^AUTH_|^unauthorized/, code: "unauthorized", action: "reauth" },
];

// A gateway that is starting may ask for patience within this range, ms.
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Decides from how a connection failed or ended what the same client should do. Docs: protocol.md#close-codes */
export function recoverFrom(error: ConnectionError): Recovery {
  const { cause, closeCode, closeReason } = error;
  const rule = cause instanceof RpcError ? ruleFor(cause) : undefined;
  const action = rule?.action ?? FINAL[error.code];
  if (action === "approval") return approval(refusalDetails(cause));
  if (action === "reauth" || action === "stop") return { action };
  const delayMs = startupDelayMs(error);
  if (delayMs !== undefined) return { action: "retry", delayMs };
  const close = CLOSES.find(({ code, reason }) => code === closeCode && reason === closeReason);
  return { action: close?.peerShould === "stop" ? "stop" : "retry" };
}

// What no further try can change, however it came to be known.
const FINAL: Partial<Record<ConnectionErrorCode, Recovery["action"]>> = {
  unauthorized: "reauth",
  pairing_required: "approval",
  incompatible: "stop",
  untrusted: "stop",
  too_large: "stop",
};

// An empty reason says nothing: whatever sent it, another try is due.
const CLOSES: readonly CloseContract[] = Object.values(CLOSE).filter(({ reason }) => reason !== "");

// Setup-code connects are told to keep asking; everybody else may have to be seen by a person first.
function approval(details: RefusalDetails): Recovery {
  const { pauseReconnect, recommendedNextStep, requestId } = details;
  if (pauseReconnect === false || recommendedNextStep === "wait_then_retry") return { action: "retry" };
  return { action: "approval", ...(requestId !== undefined && { requestId }) };
}

/**
 * How long to wait before asking a gateway again that is still starting or draining; `undefined` for every other
 * failure. Such a wait is part of connecting, not a failure to report.
 */
export function startupDelayMs(error: ConnectionError): number | undefined {
  if (error.code !== "busy" || !(error.cause instanceof RpcError)) return undefined;
  const askedMs = error.cause.retryAfterMs ?? SHORTEST_WAIT_MS;
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, askedMs));
}

/** `error.details` of a refusal as far as clients act on it. Docs: protocol.md#error-details */
export interface RefusalDetails {
  readonly code?: string;
  readonly canRetryWithDeviceToken?: boolean;
  readonly recommendedNextStep?: string;
  readonly pauseReconnect?: boolean;
  /** The pairing request an operator can approve. */
  readonly requestId?: string;
}

/** Reads the details of a refused connect; fields of another type, and those of any other cause, count as absent. */
export function refusalDetails(cause: unknown): RefusalDetails {
  const details = cause instanceof RpcError ? cause.details : undefined;
  const raw: Readonly<Record<string, unknown>> = { ...(isObject(details) && details) };
  return {
    ...(typeof raw.code === "string" && { code: raw.code }),
    ...(typeof raw.canRetryWithDeviceToken === "boolean" && {
      canRetryWithDeviceToken: raw.canRetryWithDeviceToken,
    }),
    ...(typeof raw.recommendedNextStep === "string" && { recommendedNextStep: raw.recommendedNextStep }),
    ...(typeof raw.pauseReconnect === "boolean" && { pauseReconnect: raw.pauseReconnect }),
    ...(typeof raw.requestId === "string" && { requestId: raw.requestId }),
  };
}

function ruleFor(refusal: RpcError): RefusalRule | undefined {
  const { code } = refusalDetails(refusal);
  return (
    (code !== undefined ? REFUSALS.find(({ match }) => match.test(code)) : undefined) ??
    REFUSALS.find(({ match }) => match.test(refusal.message))
  );
}

/** What is known about a connection when its socket closes. */
export interface Ending {
  readonly closeCode: number;
  readonly closeReason: string;
  /** Whether hello-ok had come. */
  readonly wasOpen: boolean;
  /** The gateway's answer to `connect`, when it was no. */
  readonly refusal?: RpcError | undefined;
  /** The platform's error, when there was one. */
  readonly failure?: { readonly cause: Error; readonly code: SocketFailure } | undefined;
}

/** Says why a connection ended. A refusal explains more than its close frame, which is cut to 120 bytes. */
export function closeError(ending: Ending): ConnectionError {
  const { closeCode, closeReason, refusal, failure, wasOpen } = ending;
  const end = { closeCode, closeReason };
  if (refusal) return refusalError(refusal, end);
  if (wasOpen) {
    const cause = failure && { cause: failure.cause };
    return new ConnectionError("closed", describeClose(closeCode, closeReason), { ...end, ...cause });
  }
  if (failure) {
    const reason = failure.code === "unreachable" ? closeReason : failure.cause.message;
    return new ConnectionError(failure.code, describeClose(closeCode, reason), {
      ...end,
      cause: failure.cause,
    });
  }
  const code = closeCode === 1006 ? "unreachable" : "refused";
  return new ConnectionError(code, describeClose(closeCode, closeReason), end);
}

function refusalError(refusal: RpcError, end: { closeCode: number; closeReason: string }): ConnectionError {
  const rule = ruleFor(refusal);
  const isBusy = refusal.code === "UNAVAILABLE" && refusal.retryable === true;
  const { requestId } = refusalDetails(refusal);
  const approve = requestId && `Let an operator run: openclaw devices approve ${requestId}`;
  const nextStep = (rule?.action === "approval" && approve) || rule?.nextStep;
  return new ConnectionError(
    rule?.code ?? (isBusy ? "busy" : "refused"),
    describeClose(end.closeCode, refusal.message),
    { ...end, ...(nextStep && { nextStep }), cause: refusal },
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
