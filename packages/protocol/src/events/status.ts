import type { HealthSnapshot } from "../health.ts";
import type { PresenceEntry } from "../presence.ts";
import { event } from "./define.ts";

/** Payload of `presence`: the whole list, newest first. */
export interface PresencePayload {
  readonly presence: readonly PresenceEntry[];
}

/** Payload of `heartbeat` and result of `last-heartbeat`. */
export interface HeartbeatPayload {
  readonly ts: number;
  readonly status: "sent" | "ok-empty" | "ok-token" | "skipped" | "failed";
  readonly to?: string;
  readonly accountId?: string;
  readonly preview?: string;
  readonly durationMs?: number;
  readonly hasMedia?: boolean;
  readonly reason?: string;
  readonly channel?: string;
  readonly silent?: boolean;
  readonly indicatorType?: string;
}

/** Events that keep the snapshots of the hello current. */
export const STATUS_EVENTS = {
  presence: event<PresencePayload>({
    scope: "operator.read",
    dropIfSlow: true,
    summary: "When a client leaves or a system-event changes an entry; not when a client connects.",
  }),
  health: event<HealthSnapshot>({
    scope: "none",
    dropIfSlow: false,
    summary: "After every refresh; in dialect 3 also once, from the cache, right after connect.",
  }),
  heartbeat: event<HeartbeatPayload>({
    scope: "none",
    dropIfSlow: true,
    summary: "Not sent yet: no heartbeat runs in this release.",
  }),
};
