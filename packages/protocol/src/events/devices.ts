import { event } from "./define.ts";

/** Payload of `device.pair.requested`: the pending record. */
export interface DevicePairRequestedPayload {
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly remoteIp?: string;
  readonly silent?: boolean;
  /** The device is already paired and asks for more. */
  readonly isRepair?: boolean;
  readonly ts: number;
}

/** Payload of `device.pair.resolved`. */
export interface DevicePairResolvedPayload {
  readonly requestId: string;
  readonly deviceId: string;
  readonly decision: "approved" | "rejected";
  readonly ts: number;
}

/** Events of device pairing. */
export const DEVICE_EVENTS = {
  "device.pair.requested": event<DevicePairRequestedPayload>({
    scope: "operator.pairing",
    dropIfSlow: true,
    summary: "When a request is new; not when the same device asks again, nor for silent pairing.",
  }),
  "device.pair.resolved": event<DevicePairResolvedPayload>({
    scope: "operator.pairing",
    dropIfSlow: true,
    summary: "When a request is approved or rejected, also for silent pairing.",
  }),
};
