import * as v from "valibot";

import { nonEmpty, noParams, shortText } from "../schemas.ts";
import type { DevicePairRequestedPayload } from "../events/devices.ts";
import { method, result } from "./define.ts";

/** What is shown of a device token; the token itself is shown to its device only. */
export interface DeviceTokenSummary {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
}

/** A paired device as operators see it. */
export interface PairedDeviceView {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  /** Name given by an operator with `device.pair.rename`. */
  readonly label?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly remoteIp?: string;
  /** The first of `roles`. */
  readonly role?: string;
  readonly roles: readonly string[];
  readonly scopes?: readonly string[];
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  /** Sorted by role. */
  readonly tokens: readonly DeviceTokenSummary[];
  /** Dialect 4: paired without being asked about, on the gateway's own machine. */
  readonly approvedVia?: "silent";
  /** Dialect 4; exact to the minute. */
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: "connect";
  /** Dialect 4: a connection of this device is open now. */
  readonly connected?: boolean;
}

/** Result of `device.pair.list`. */
export interface DevicePairList {
  /** Newest first. */
  readonly pending: readonly DevicePairRequestedPayload[];
  /** Last approved first. */
  readonly paired: readonly PairedDeviceView[];
}

/** Result of `device.token.rotate`. */
export interface DeviceTokenRotated {
  readonly deviceId: string;
  readonly role: string;
  /** Only when the device itself asked. */
  readonly token?: string;
  readonly scopes: readonly string[];
  readonly rotatedAtMs: number;
}

const byRequest = v.strictObject({ requestId: nonEmpty });
const byDevice = v.strictObject({ deviceId: nonEmpty });

/** Paired devices, those that wait, and their tokens. */
export const DEVICE_METHODS = {
  "device.pair.list": method({
    params: noParams,
    scope: "operator.pairing",
    result: result<DevicePairList>(),
  }),
  "device.pair.approve": method({
    params: byRequest,
    scope: "operator.pairing",
    result: result<{ readonly requestId: string; readonly device: PairedDeviceView }>(),
  }),
  "device.pair.reject": method({
    params: byRequest,
    scope: "operator.pairing",
    result: result<{ readonly requestId: string; readonly deviceId: string }>(),
  }),
  "device.pair.remove": method({
    params: byDevice,
    scope: "operator.pairing",
    result: result<{ readonly deviceId: string }>(),
  }),
  "device.pair.rename": method({
    params: v.strictObject({ deviceId: nonEmpty, label: shortText(64) }),
    scope: "operator.pairing",
    result: result<{ readonly deviceId: string; readonly label: string }>(),
    advertised: false,
  }),
  "device.token.rotate": method({
    params: v.strictObject({ deviceId: nonEmpty, role: nonEmpty, scopes: v.optional(v.array(nonEmpty)) }),
    scope: "operator.pairing",
    result: result<DeviceTokenRotated>(),
  }),
  "device.token.revoke": method({
    params: v.strictObject({ deviceId: nonEmpty, role: nonEmpty }),
    scope: "operator.pairing",
    result: result<{ readonly deviceId: string; readonly role: string; readonly revokedAtMs: number }>(),
  }),
};
