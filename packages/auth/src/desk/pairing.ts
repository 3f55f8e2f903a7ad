import type { AuthEffect } from "../authenticator.ts";
import { ensureTokenRecord } from "../devices/device-tokens.ts";
import type { PairedDevice, PendingPairing } from "../devices/store.ts";
import {
  DENIED,
  firstNotHeld,
  isBoundToDevice,
  loggedCaller,
  maySeeDevice,
  refuse,
  UNKNOWN,
} from "./caller.ts";
import type { DeskAnswer, DeskCaller, DeviceLists } from "./device-desk.ts";
import { type DeskParts, withRecord } from "./parts.ts";

/** See {@link DeviceDesk.list}. */
export async function listDevices({ store, requests }: DeskParts, caller: DeskCaller): Promise<DeviceLists> {
  const isSeen = ({ deviceId }: { readonly deviceId: string }) => maySeeDevice(caller, deviceId);
  const [pending, paired] = await Promise.all([requests.all(), store.devices()]);
  return {
    pending: pending.filter(isSeen).sort((a, b) => b.ts - a.ts),
    paired: paired.filter(isSeen).sort((a, b) => b.approvedAtMs - a.approvedAtMs),
  };
}

/** See {@link DeviceDesk.approve}. */
export async function approveRequest(
  parts: DeskParts,
  caller: DeskCaller,
  requestId: string,
): Promise<DeskAnswer<PairedDevice>> {
  const { requests, store, now, logger } = parts;
  const found = await requests.find(requestId);
  if (found === undefined || !maySeeDevice(caller, found.deviceId)) return UNKNOWN;
  if (isBoundToDevice(caller)) return DENIED;
  return withRecord(parts, found.deviceId, async (record) => {
    // Read again: the device may have asked for more while this call waited for its turn.
    const request = await requests.find(requestId);
    if (request === undefined) return UNKNOWN;
    const ts = now();
    const device = approved(record, request, ts);
    const missing = firstNotHeld(caller, device.approvedScopes);
    if (missing !== undefined) return refuse({ kind: "scope", missing });
    if (!(await store.approve(requestId, device))) return UNKNOWN;
    const { deviceId, roles, approvedScopes } = device;
    logger?.info("device pairing approved", { deviceId, roles, approvedScopes, ...loggedCaller(caller) });
    return done(device, [resolved(request, "approved", ts)]);
  });
}

/** See {@link DeviceDesk.reject}. */
export async function rejectRequest(
  { requests, now, logger }: DeskParts,
  caller: DeskCaller,
  requestId: string,
): Promise<DeskAnswer<PendingPairing>> {
  const found = await requests.find(requestId);
  if (found === undefined || !maySeeDevice(caller, found.deviceId)) return UNKNOWN;
  const request = await requests.remove(requestId);
  if (request === undefined) return UNKNOWN;
  logger?.info("device pairing rejected", { deviceId: request.deviceId, ...loggedCaller(caller) });
  return done(request, [resolved(request, "rejected", now())]);
}

/** See {@link DeviceDesk.remove}. */
export async function removeDevice(
  parts: DeskParts,
  caller: DeskCaller,
  deviceId: string,
): Promise<DeskAnswer<PairedDevice>> {
  if (!maySeeDevice(caller, deviceId)) return DENIED;
  return withRecord(parts, deviceId, async (record) => {
    if (record === undefined) return UNKNOWN;
    await parts.store.removeDevice(deviceId);
    parts.endings.note({ kind: "removed", deviceId });
    parts.logger?.info("device removed", { deviceId, ...loggedCaller(caller) });
    return done(record);
  });
}

/** See {@link DeviceDesk.rename}. Whoever is not the device itself has to be an admin. */
export async function renameDevice(
  parts: DeskParts,
  caller: DeskCaller,
  { deviceId, label }: { readonly deviceId: string; readonly label: string },
): Promise<DeskAnswer<PairedDevice>> {
  const isOwn = caller.deviceId === deviceId;
  if (!isOwn && firstNotHeld(caller, ["operator.admin"]) !== undefined) return DENIED;
  return withRecord(parts, deviceId, async (record) => {
    if (record === undefined) return UNKNOWN;
    const renamed = { ...record, label };
    await parts.store.putDevice(renamed);
    return done(renamed);
  });
}

/** The record after an approval: what it held before, and what was asked for. */
function approved(record: PairedDevice | undefined, request: PendingPairing, ts: number): PairedDevice {
  const {
    requestId: _id,
    role,
    roles,
    scopes,
    silent: _silent,
    isRepair: _repair,
    ts: _ts,
    ...details
  } = request;
  const { approvedVia: _via, ...before } = record ?? { createdAtMs: ts };
  const token = ensureTokenRecord(record?.tokens[role], { role, scopes, now: ts });
  return {
    ...before,
    ...details,
    roles: union(record?.roles, roles),
    scopes: union(record?.scopes, scopes),
    approvedScopes: union(record?.approvedScopes, scopes),
    tokens: { ...record?.tokens, [role]: token },
    approvedAtMs: ts,
  };
}

function union<T>(known: readonly T[] = [], more: readonly T[]): T[] {
  return [...new Set([...known, ...more])];
}

function resolved(
  { requestId, deviceId }: PendingPairing,
  decision: "approved" | "rejected",
  ts: number,
): AuthEffect {
  return { type: "device.pair.resolved", payload: { requestId, deviceId, decision, ts } };
}

function done<T>(value: T, effects: readonly AuthEffect[] = []): DeskAnswer<T> {
  return { ok: true, value, effects };
}
