import type { ConnectChallenge } from "../connect.ts";
import { event } from "./define.ts";

/** Payload of `tick`. */
export interface TickPayload {
  /** Gateway time, epoch ms. */
  readonly ts: number;
}

/** Payload of `shutdown`. */
export interface ShutdownPayload {
  readonly reason: "gateway stopping" | "gateway restarting" | (string & {});
  /** How long a restart is expected to take; for a stop `null` in dialect 3, absent in dialect 4. */
  readonly restartExpectedMs?: number | null;
}

/** Events about the connection and the process. */
export const GATEWAY_EVENTS = {
  "connect.challenge": event<ConnectChallenge>({
    scope: "none",
    dropIfSlow: false,
    targeted: true,
    summary: "First message on every socket, before connect.",
  }),
  tick: event<TickPayload>({
    scope: "none",
    dropIfSlow: true,
    summary: "Every 30 s; silence for two intervals means the connection is dead.",
  }),
  shutdown: event<ShutdownPayload>({
    scope: "none",
    dropIfSlow: false,
    summary: "Once, right before every connection is closed with 1012.",
  }),
};
