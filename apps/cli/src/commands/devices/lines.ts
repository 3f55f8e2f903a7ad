import type { Methods } from "@openclaw/client";

import { formatAge } from "../../output/duration.ts";
import { facts, section } from "../../output/entries.ts";

type DeviceLists = Methods["device.pair.list"]["result"];
type PendingDevice = DeviceLists["pending"][number];
type PairedDevice = DeviceLists["paired"][number];
type Named = Pick<PendingDevice, "displayName" | "clientId" | "deviceId"> & Pick<PairedDevice, "label">;

/** The lists as text: one entry per device, its id in full because other commands take it. */
export function deviceLines({ pending, paired }: DeviceLists, now: number): string[] {
  return [
    ...section("Pending", pending, (request) => pendingLines(request, now)),
    ...section("Paired", paired, pairedLines),
  ];
}

/** What people call a device: the operator's name for it, its own, or what it runs. */
export function deviceName({ label, displayName, clientId, deviceId }: Named): string {
  return facts([label ?? displayName ?? clientId ?? deviceId]);
}

function pendingLines(request: PendingDevice, now: number): string[] {
  const { requestId, deviceId, ts, isRepair } = request;
  const wish = isRepair ? "asks for more" : undefined;
  return [
    `${requestId}  ${facts([deviceName(request), ...origin(request), rights(request), wish, formatAge(now - ts)])}`,
    `  device ${deviceId}`,
  ];
}

function pairedLines(device: PairedDevice): string[] {
  const connected = device.connected === true ? "connected" : undefined;
  const revoked = device.tokens
    .filter(({ revokedAtMs }) => revokedAtMs !== undefined)
    .map(({ role }) => role);
  const ended = revoked.length === 0 ? undefined : `${revoked.join(", ")} token revoked`;
  return [
    `${device.deviceId}  ${facts([deviceName(device), ...origin(device), rights(device), ended, connected])}`,
  ];
}

function origin({ platform, remoteIp }: Pick<PairedDevice, "platform" | "remoteIp">) {
  return [platform, remoteIp];
}

function rights({ roles = [], scopes = [] }: Partial<Pick<PairedDevice, "roles" | "scopes">>): string {
  const names = scopes.map((scope) => scope.replace(/^operator\./, ""));
  return names.length === 0 ? roles.join("+") : `${roles.join("+")} (${names.join(", ")})`;
}
