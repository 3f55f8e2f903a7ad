import { isRole, type Role } from "@openclaw/protocol";
import { rotatedRecord } from "../devices/device-tokens.ts";
import type { DeviceTokenRecord, PairedDevice } from "../devices/store.ts";
import { coversAll } from "../scopes.ts";
import { DENIED, firstNotHeld, loggedCaller, maySeeDevice, refuse, UNKNOWN } from "./caller.ts";
import type { DeskAnswer, DeskCaller, RotatedToken, TokenAddress } from "./device-desk.ts";
import { type DeskParts, withRecord } from "./parts.ts";

/** What an approval of the key lets a rotation name as well; every other scope must have been approved by its name. */
const IMPLIED_AT_ROTATION: Readonly<Record<string, readonly string[]>> = {
  "operator.admin": ["operator.read", "operator.write", "operator.approvals", "operator.pairing"],
  "operator.write": ["operator.read"],
};

/**
 * See {@link DeviceDesk.rotate}. What is minted lies within the approval of the device and within what the caller holds
 * (T-PAIR-01); role and baseline come from the record alone (T-PAIR-03, T-PAIR-05).
 */
export async function rotateToken(
  parts: DeskParts,
  caller: DeskCaller,
  { deviceId, role, scopes }: TokenAddress & { readonly scopes?: readonly string[] },
): Promise<DeskAnswer<RotatedToken>> {
  const { store, tokens, endings, now, logger } = parts;
  if (!maySeeDevice(caller, deviceId)) return DENIED;
  // Before the device is looked up: who may not hand out a scope learns nothing about the device.
  const lacking = firstNotHeld(caller, scopes ?? []);
  if (lacking !== undefined) return refuse({ kind: "scope", missing: lacking });
  return withRecord(parts, deviceId, async (device) => {
    const found = findToken(device, role);
    if (found === undefined || !isApproved(found, scopes)) return UNKNOWN;
    const minted = scopes ?? found.record.scopes;
    const missing = firstNotHeld(caller, minted);
    if (missing !== undefined) return refuse({ kind: "scope", missing });
    const rotatedAtMs = now();
    const record = rotatedRecord(found.record, { scopes: minted, now: rotatedAtMs });
    await store.putDevice(withToken(found, record));
    endings.note({ kind: "rotated", deviceId, role: found.role });
    logger?.info("device token rotated", { deviceId, role, scopes: minted, ...loggedCaller(caller) });
    const isOwn = caller.deviceId === deviceId;
    const token = isOwn ? { token: tokens.derive(deviceId, found.role, record) } : {};
    return { ok: true, value: { record, rotatedAtMs, ...token }, effects: [] };
  });
}

/** See {@link DeviceDesk.revoke}. */
export async function revokeToken(
  parts: DeskParts,
  caller: DeskCaller,
  { deviceId, role }: TokenAddress,
): Promise<DeskAnswer<number>> {
  if (!maySeeDevice(caller, deviceId)) return DENIED;
  return withRecord(parts, deviceId, async (device) => {
    const found = findToken(device, role);
    if (found === undefined) return UNKNOWN;
    const revokedAtMs = parts.now();
    await parts.store.putDevice(withToken(found, { ...found.record, revokedAtMs }));
    parts.endings.note({ kind: "revoked", deviceId, role: found.role });
    parts.logger?.info("device token revoked", { deviceId, role, ...loggedCaller(caller) });
    return { ok: true, value: revokedAtMs, effects: [] };
  });
}

interface FoundToken {
  readonly device: PairedDevice;
  readonly role: Role;
  readonly record: DeviceTokenRecord;
}

function findToken(device: PairedDevice | undefined, role: string): FoundToken | undefined {
  if (device === undefined || !isRole(role) || !device.roles.includes(role)) return undefined;
  const record = device.tokens[role];
  return record && { device, role, record };
}

function isApproved({ device, role, record }: FoundToken, scopes: readonly string[] | undefined): boolean {
  const { approvedScopes } = device;
  if (scopes === undefined) return coversAll({ role, held: approvedScopes }, record.scopes);
  const implied =
    role === "operator" ? approvedScopes.flatMap((scope) => IMPLIED_AT_ROTATION[scope] ?? []) : [];
  return scopes.every((scope) => approvedScopes.includes(scope) || implied.includes(scope));
}

function withToken({ device, role }: FoundToken, record: DeviceTokenRecord): PairedDevice {
  return { ...device, tokens: { ...device.tokens, [role]: record } };
}
