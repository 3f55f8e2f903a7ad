import {
  authFailure,
  type AuthRefusal,
  CLOSE,
  closeReason,
  deviceAuthFailure,
  type DeviceAuthReason,
  invalidRequest,
  pairingRequired,
  RpcError,
} from "@openclaw/protocol";
import type { Enrolment } from "../devices/enrolment.ts";
import type { ConnectCase } from "./case.ts";
import type { Refusal } from "./judgement.ts";

/** Refuses with an error whose message is also the close reason. */
export function refuse(error: RpcError, reason = error.message): Refusal {
  return { ok: false, error, close: { code: CLOSE.refused.code, reason: closeReason(reason) }, effects: [] };
}

export function refuseRole(): Refusal {
  return refuse(invalidRequest(CLOSE.invalidRole.reason));
}

/** The page may not talk to us. Only dialect 4 is told why. */
export function refuseOrigin({ dialect }: Pick<ConnectCase, "dialect">, reason: string): Refusal {
  const remedy = "open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins";
  const details = dialect === 4 ? { code: "CONTROL_UI_ORIGIN_NOT_ALLOWED", reason } : undefined;
  return refuse(invalidRequest(`origin not allowed (${remedy})`, details));
}

export function refuseControlUiWithoutDevice(): Refusal {
  const details = { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" };
  return refuse(
    invalidRequest("control ui requires device identity (use HTTPS or localhost secure context)", details),
  );
}

export function refuseWithoutDevice(): Refusal {
  return refuse(
    new RpcError("NOT_PAIRED", "device identity required", { details: { code: "DEVICE_IDENTITY_REQUIRED" } }),
  );
}

export function refuseProof({ dialect }: ConnectCase, reason: DeviceAuthReason): Refusal {
  return refuse(deviceAuthFailure(dialect, reason));
}

/** The credentials do not admit the client. */
export function refuseCredentials(
  { dialect, client, peer }: ConnectCase,
  refusal: Pick<AuthRefusal, "reason" | "canRetryWithDeviceToken" | "retryAfterMs">,
): Refusal {
  return refuse(authFailure(dialect, { ...refusal, client, isLocal: peer.isLocal }));
}

/** The owner has to approve the device first; a new request is announced to those who can. */
export function refuseUnapproved(
  { dialect, role, asked }: ConnectCase,
  { reason, request, record, isNew }: Extract<Enrolment, { status: "waiting" }>,
): Refusal {
  const { error, closeReason: text } = pairingRequired(dialect, {
    reason,
    requestId: request.requestId,
    deviceId: request.deviceId,
    requestedRole: role,
    ...(asked.length > 0 && { requestedScopes: asked }),
    ...(record && { approvedRoles: record.roles, approvedScopes: record.approvedScopes }),
  });
  return {
    ...refuse(error, text),
    effects: isNew ? [{ type: "device.pair.requested", payload: request }] : [],
  };
}
