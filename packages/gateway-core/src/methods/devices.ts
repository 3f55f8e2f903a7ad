import type { DeskAnswer, DeskCaller, PairedDevice } from "@openclaw/auth";
import {
  invalidRequest,
  pairedDevice,
  type PairedDeviceView,
  pairingRequest,
  scopeFailure,
} from "@openclaw/protocol";
import { type Caller, type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { auditCaller, type AuditNote } from "../audit/audit-log.ts";
import type { GatewayContext } from "../context.ts";

/** What a refusal is called, by what was asked for. */
interface Words {
  readonly unknown: string;
  readonly denied: string;
}

const APPROVAL: Words = { unknown: "unknown requestId", denied: "device pairing approval denied" };
const REJECTION: Words = { unknown: "unknown requestId", denied: "device pairing rejection denied" };
const REMOVAL: Words = { unknown: "unknown deviceId", denied: "device pairing removal denied" };
const RENAMING: Words = { unknown: "unknown deviceId", denied: "device pairing rename denied" };
const ROTATION: Words = { unknown: "unknown deviceId/role", denied: "device token rotation denied" };
const REVOCATION: Words = { unknown: "unknown deviceId/role", denied: "device token revocation denied" };

/** Paired devices, those that wait, and their tokens. Who may do what is decided at the desk. */
export function deviceMethods(context: GatewayContext): MethodHandlers {
  const settle = <T>(answer: DeskAnswer<T>, { dialect }: ConnectionView, words: Words): T => {
    if (answer.ok) {
      context.settleDevices(answer.effects);
      return answer.value;
    }
    const { refusal } = answer;
    if (refusal.kind === "scope") throw scopeFailure(dialect, refusal.missing);
    throw invalidRequest(words[refusal.kind]);
  };
  const note = (kind: AuditNote["kind"], caller: Caller, target: string) =>
    context.audit.note({ kind, ...auditCaller(caller), outcome: "ok", target });
  /** What an approval is worth: a first token, or more than the device had before. */
  const noteApproval = (caller: Caller, { deviceId: target, approvedScopes, ...device }: PairedDevice) => {
    const isFirst = device.createdAtMs === device.approvedAtMs;
    const kind = isFirst ? "token.issued" : "scope.upgrade";
    const detail = [...device.roles, ...approvedScopes].join(",");
    context.audit.note({ kind, ...auditCaller(caller), outcome: "ok", target, detail });
  };
  const view = (device: PairedDevice, { dialect }: ConnectionView) =>
    pairedDevice(dialect, viewOf(device, context.isConnected(device.deviceId)));
  return defineMethods({
    "device.pair.list": async ({ connection }) => {
      const { pending, paired } = await context.devices.list(connection.grant);
      return {
        pending: pending.map((request) => pairingRequest(connection.dialect, request)),
        paired: paired.map((device) => view(device, connection)),
      };
    },

    "device.pair.approve": async ({ params: { requestId }, ...call }) => {
      const answer = await context.devices.approve(deskCaller(call), requestId);
      const device = settle(answer, call.connection, APPROVAL);
      note("pair.approved", call, device.deviceId);
      noteApproval(call, device);
      return { requestId, device: view(device, call.connection) };
    },

    "device.pair.reject": async ({ params: { requestId }, ...call }) => {
      const answer = await context.devices.reject(deskCaller(call), requestId);
      const { deviceId } = settle(answer, call.connection, REJECTION);
      note("pair.rejected", call, deviceId);
      return { requestId, deviceId };
    },

    "device.pair.remove": async ({ params: { deviceId }, ...call }) => {
      settle(await context.devices.remove(deskCaller(call), deviceId), call.connection, REMOVAL);
      note("pair.removed", call, deviceId);
      return { deviceId };
    },

    "device.pair.rename": async ({ params: { deviceId, ...params }, ...call }) => {
      const label = params.label.trim();
      if (label === "") throw invalidRequest("label required");
      settle(await context.devices.rename(deskCaller(call), { deviceId, label }), call.connection, RENAMING);
      return { deviceId, label };
    },

    "device.token.rotate": async ({ params: { deviceId, role, scopes }, ...call }) => {
      const change = { deviceId, role, ...(scopes !== undefined && { scopes }) };
      const answer = await context.devices.rotate(deskCaller(call), change);
      const { record, rotatedAtMs, token } = settle(answer, call.connection, ROTATION);
      note("token.rotated", call, deviceId);
      return { deviceId, role, ...(token !== undefined && { token }), scopes: record.scopes, rotatedAtMs };
    },

    "device.token.revoke": async ({ params: { deviceId, role }, ...call }) => {
      const answer = await context.devices.revoke(deskCaller(call), { deviceId, role });
      const revokedAtMs = settle(answer, call.connection, REVOCATION);
      note("token.revoked", call, deviceId);
      return { deviceId, role, revokedAtMs };
    },
  });
}

/** Who asks, as the desk knows it. */
function deskCaller({ connection, traceparent }: Caller): DeskCaller {
  return { ...connection.grant, ...(traceparent !== undefined && { traceparent }) };
}

/** A record without what only the gateway needs: baseline and generations. */
function viewOf(device: PairedDevice, connected: boolean): PairedDeviceView {
  const { approvedScopes: _baseline, tokens, scopes, roles, ...shown } = device;
  const [role] = roles;
  return {
    ...shown,
    ...(role !== undefined && { role }),
    roles,
    ...(scopes.length > 0 && { scopes }),
    ...(shown.lastSeenAtMs !== undefined && { lastSeenReason: "connect" }),
    connected,
    tokens: Object.entries(tokens)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([of, { generation: _, ...token }]) => ({ role: of, ...token })),
  };
}
