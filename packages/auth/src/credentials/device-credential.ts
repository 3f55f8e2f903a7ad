import type { ConnectCase } from "../connect/case.ts";
import { clientDetails } from "../devices/client-details.ts";
import type { ProvenDevice } from "../devices/device-proof.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import type { DeviceVisit } from "../devices/enrolment.ts";
import type { IssuedDeviceToken } from "../grant.ts";

/** How a presented device token was judged. */
export type DeviceCredential =
  | { readonly status: "valid"; readonly issued: IssuedDeviceToken }
  | { readonly status: "too-narrow" }
  | { readonly status: "wrong"; readonly subject: string | undefined }
  | { readonly status: "absent" }
  | { readonly status: "locked"; readonly retryAfterMs: number };

/** The visit of a proven device, as the registry sees it. */
export function visitOf({ role, asked, client, peer }: ConnectCase, device: ProvenDevice): DeviceVisit {
  return { device, role, scopes: asked, details: clientDetails(client, peer) };
}

/** The value offered as device token: its own field, else `auth.token`, which may hold any kind of token. */
export function presentedDeviceToken({ auth }: ConnectCase): string | undefined {
  return auth.deviceToken?.trim() || auth.token?.trim() || undefined;
}

/**
 * Judges the device token of a proven device. Each device has a budget of its own, so that one with a stale token
 * does not lock out its neighbours behind the same address (T-AUTH-13). Nothing is counted yet.
 */
export async function judgeDeviceToken(
  judged: ConnectCase,
  device: ProvenDevice,
  registry: DeviceRegistry,
): Promise<DeviceCredential> {
  const token = presentedDeviceToken(judged);
  if (token === undefined) return { status: "absent" };
  const retryAfterMs = judged.budget.lockedForMs("device-token", device.deviceId) ?? judged.budget.lockedForMs("device-token");
  if (retryAfterMs !== undefined) return { status: "locked", retryAfterMs };
  const { match, isPaired, issued } = await registry.redeem(visitOf(judged, device), token);
  if (issued !== undefined) return { status: "valid", issued };
  if (match === "too-narrow") return { status: "too-narrow" };
  return { status: "wrong", subject: isPaired ? device.deviceId : undefined };
}
