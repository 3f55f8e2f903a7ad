import { RpcError } from "@openclaw/protocol";

import type { ConnectionError, ConnectionErrorCode } from "./errors.ts";
import { refusalDetails } from "./refusal.ts";

/** What to do after a connection failed or ended. */
export type ReconnectDecision =
  | { readonly retry: false }
  /** `delayMs` is what the gateway asked for; without it the caller's backoff applies. */
  | { readonly retry: true; readonly delayMs?: number };

// The same client cannot get past these by asking again; all other endings may be gone next time.
const FINAL: ReadonlySet<ConnectionErrorCode> = new Set(["unauthorized", "pairing_required", "incompatible"]);

// A gateway that is starting may ask for patience within this range, ms.
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Decides from how a connection failed or ended whether the same client should come back. */
export function decideReconnect(error: ConnectionError): ReconnectDecision {
  if (FINAL.has(error.code) && !isApprovalAwaited(error)) return { retry: false };
  const delayMs = startupDelayMs(error);
  return { retry: true, ...(delayMs !== undefined && { delayMs }) };
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

// Setup-code connects wait for an operator's approval and are told so.
function isApprovalAwaited(error: ConnectionError): boolean {
  if (error.code !== "pairing_required" || !(error.cause instanceof RpcError)) return false;
  const { pauseReconnect, recommendedNextStep } = refusalDetails(error.cause);
  return pauseReconnect === false || recommendedNextStep === "wait_then_retry";
}
