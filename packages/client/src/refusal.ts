import type { RpcError } from "@openclaw/protocol";

import type { ConnectionErrorCode } from "./errors.ts";

/** `error.details` of a refusal as far as clients act on it. Docs: protocol.md#error-details */
export interface RefusalDetails {
  readonly code?: string;
  readonly canRetryWithDeviceToken?: boolean;
  readonly recommendedNextStep?: string;
  readonly pauseReconnect?: boolean;
}

/** Reads the details of a refused connect; fields of another type count as absent. */
export function refusalDetails(refusal: RpcError): RefusalDetails {
  const raw: Readonly<Record<string, unknown>> = { ...(isObject(refusal.details) && refusal.details) };
  return {
    ...(typeof raw.code === "string" && { code: raw.code }),
    ...(typeof raw.canRetryWithDeviceToken === "boolean" && {
      canRetryWithDeviceToken: raw.canRetryWithDeviceToken,
    }),
    ...(typeof raw.recommendedNextStep === "string" && { recommendedNextStep: raw.recommendedNextStep }),
    ...(typeof raw.pauseReconnect === "boolean" && { pauseReconnect: raw.pauseReconnect }),
  };
}

// First match wins. Dialect 3 has fewer detail codes, so its messages are read where they are stable.
const REFUSALS: readonly (readonly [pattern: RegExp, code: ConnectionErrorCode])[] = [
  [/^PAIRING_REQUIRED|^pairing required/, "pairing_required"],
  [/^(PROTOCOL_MISMATCH|CLIENT_VERSION_MISMATCH)$|^protocol mismatch/, "incompatible"],
  [/^(AUTH_|DEVICE_AUTH_|DEVICE_IDENTITY_REQUIRED$|CONTROL_UI_)|^unauthorized/, "unauthorized"],
];

/** What a refused connect means to the caller. */
export function classifyRefusal(refusal: RpcError): ConnectionErrorCode {
  const { code } = refusalDetails(refusal);
  const known = REFUSALS.find(
    ([pattern]) => (code !== undefined && pattern.test(code)) || pattern.test(refusal.message),
  );
  if (known) return known[1];
  return refusal.code === "UNAVAILABLE" && refusal.retryable === true ? "busy" : "refused";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
