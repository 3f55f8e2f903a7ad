import type { AuthRefusal } from "@openclaw/protocol";
import type { ConnectCase } from "../connect/case.ts";
import type { ProvenDevice } from "../devices/device-proof.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import type { IssuedDeviceToken } from "../grant.ts";
import {
  type DeviceCredential,
  guessSubject,
  judgeDeviceToken,
  presentedDeviceToken,
} from "./device-credential.ts";
import {
  type GatewayCredential,
  isOwnerSecret,
  presentedSecret,
  type RightCredential,
} from "./gateway-credential.ts";

/** The credential that admits a device, or what to tell it. */
export type CredentialVerdict =
  | { readonly ok: true; readonly by: "gateway"; readonly credential: RightCredential }
  | { readonly ok: true; readonly by: "device-token"; readonly issued: IssuedDeviceToken }
  | {
      readonly ok: false;
      readonly refusal: Pick<AuthRefusal, "reason" | "canRetryWithDeviceToken" | "retryAfterMs">;
    };

/**
 * One verdict over everything a proven device presented: the gateway's own credential first, then the device token
 * (T-AUTH-21). Each class is compared against its own budget; a class that is locked out is not compared and does
 * not stop the other. So a stale shared token beside a valid device token admits, and costs one failure.
 *
 * Docs: protocol.md#refused-credentials
 */
export async function judgeCredentials(
  judged: ConnectCase,
  { gateway, device }: { readonly gateway: GatewayCredential; readonly device: ProvenDevice },
  registry: DeviceRegistry,
): Promise<CredentialVerdict> {
  if (gateway.status === "right") {
    countGateway(judged, gateway);
    return { ok: true, by: "gateway", credential: gateway };
  }
  const token = await judgeDeviceToken(judged, device, registry);
  countBoth(judged, gateway, { device, token });
  if (token.status === "valid") return { ok: true, by: "device-token", issued: token.issued };
  return { ok: false, refusal: refusalFor(judged, gateway, token) };
}

/** Notes the outcome for the gateway's own credential. Missing credentials never count (T-AUTH-13). */
export function countGateway({ budget }: ConnectCase, gateway: GatewayCredential): void {
  if (gateway.status === "wrong") budget.fail(gateway.kind);
  if (gateway.status !== "right") return;
  if (isOwnerSecret(gateway)) budget.succeed("shared-secret");
  if (gateway.method === "named-token") budget.succeed("named-token");
}

function countBoth(
  judged: ConnectCase,
  gateway: GatewayCredential,
  { device, token }: { readonly device: ProvenDevice; readonly token: DeviceCredential },
): void {
  const isOneValue = presentedDeviceToken(judged) === presentedSecret(judged)?.trim();
  const isRecognised = token.status === "valid" || token.status === "too-narrow";
  // A live device token in `auth.token` was no guess at the shared secret.
  if (!(isOneValue && isRecognised)) countGateway(judged, gateway);
  if (token.status === "valid") judged.budget.succeed("device-token", guessSubject(device, true));
  // One value is one guess, and it was counted above.
  const isCounted = isOneValue && gateway.status === "wrong";
  if (token.status === "wrong" && !isCounted) {
    judged.budget.fail("device-token", guessSubject(device, token.isPaired));
  }
}

function refusalFor(
  judged: ConnectCase,
  gateway: Exclude<GatewayCredential, RightCredential>,
  token: DeviceCredential,
): Extract<CredentialVerdict, { ok: false }>["refusal"] {
  const { auth, dialect } = judged;
  if (gateway.status === "locked") return { reason: "rate_limited", retryAfterMs: gateway.retryAfterMs };
  if (token.status === "locked") return { reason: "rate_limited", retryAfterMs: token.retryAfterMs };
  if (token.status === "too-narrow" && dialect === 4) return { reason: "scope_mismatch" };
  // Sent in `auth.token`, it is reported as the shared secret it was tried as first.
  if (token.status !== "absent" && auth.deviceToken) return { reason: "device_token_mismatch" };
  if (token.status === "absent" && auth.bootstrapToken && !auth.password) {
    return { reason: "bootstrap_token_invalid" };
  }
  return {
    reason: gateway.reason,
    canRetryWithDeviceToken: Boolean(auth.token) && !auth.deviceToken,
  };
}
