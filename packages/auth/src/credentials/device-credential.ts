import type { ConnectCase } from "../connect/case.ts";
import { clientDetails } from "../devices/client-details.ts";
import type { ProvenDevice } from "../devices/device-proof.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import type { DeviceVisit, Redemption } from "../devices/enrolment.ts";
import { namedTokenText } from "./named-token.ts";

/** How a device token was judged, if one was presented. */
export type DeviceCredential = Redemption | { readonly status: "absent" };

/** The visit of a proven device, as the registry sees it. */
export function visitOf({ role, asked, client, peer }: ConnectCase, device: ProvenDevice): DeviceVisit {
  return { device, role, scopes: asked, details: clientDetails(client, peer) };
}

/** The value offered as device token: its own field, else `auth.token`, which may hold any kind of token. */
export function presentedDeviceToken({ auth }: ConnectCase): string | undefined {
  const other = namedTokenText(auth.token) === undefined ? auth.token?.trim() : undefined;
  return auth.deviceToken?.trim() || other || undefined;
}

/**
 * Whose guesses are counted together: a paired device has a budget of its own, so that one with a stale token does
 * not lock out its neighbours behind the same address (T-AUTH-13).
 */
export function guessSubject({ deviceId }: ProvenDevice, isPaired: boolean): string | undefined {
  return isPaired ? deviceId : undefined;
}

/** Judges the device token of a proven device. Nothing is counted yet. */
export async function judgeDeviceToken(
  judged: ConnectCase,
  device: ProvenDevice,
  registry: DeviceRegistry,
): Promise<DeviceCredential> {
  const token = presentedDeviceToken(judged);
  if (token === undefined) return { status: "absent" };
  const lockedForMs = (isPaired: boolean) =>
    judged.budget.lockedForMs("device-token", guessSubject(device, isPaired));
  return registry.redeem(visitOf(judged, device), { token, lockedForMs });
}
