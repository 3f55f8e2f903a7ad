import type { AgentsConfig, ResetConfig } from "../config.ts";
import type { SessionEntry } from "./entry.ts";
import { isThreadKey, sessionKindOf } from "./session-key.ts";

const DAILY_HOUR = 4;
const IDLE_MINUTES = 60;

/** When a session starts over by itself; with both set, whichever comes first. */
export interface ResetPolicy {
  /** Hour of the host's local time at which a day begins. */
  readonly atHour?: number;
  readonly idleMinutes?: number;
}

/** The policy of a session: its channel's, else its chat type's, else the general one. Docs: configuration.md#session */
export function resolveResetPolicy(
  config: AgentsConfig["session"],
  session: {
    readonly key: string;
    readonly chatType?: string | undefined;
    readonly channel?: string | undefined;
  },
): ResetPolicy {
  const legacy: ResetConfig | undefined =
    config?.idleMinutes === undefined ? undefined : { mode: "idle", idleMinutes: config.idleMinutes };
  const byChannel = session.channel === undefined ? undefined : own(config?.resetByChannel, session.channel);
  return normalise(byChannel ?? byType(config, session) ?? config?.reset ?? legacy ?? {});
}

/** Whether a session must start over before its next turn at `now`. */
export function isSessionStale(policy: ResetPolicy, entry: SessionEntry, now: number): boolean {
  // Heartbeats and metadata changes touch updatedAt; only people keep a session alive.
  const alive = entry.lastInteractionAt ?? entry.sessionStartedAt ?? entry.updatedAt;
  if (policy.idleMinutes !== undefined && now > alive + policy.idleMinutes * 60_000) return true;
  return policy.atHour !== undefined && alive < lastBoundary(policy.atHour, now);
}

function normalise(reset: ResetConfig): ResetPolicy {
  if (reset.mode === "idle") return { idleMinutes: reset.idleMinutes ?? IDLE_MINUTES };
  const daily = { atHour: reset.atHour ?? DAILY_HOUR };
  return reset.idleMinutes === undefined ? daily : { ...daily, idleMinutes: reset.idleMinutes };
}

function byType(
  config: AgentsConfig["session"],
  session: { readonly key: string; readonly chatType?: string | undefined },
): ResetConfig | undefined {
  const types = config?.resetByType;
  if (isThreadKey(session.key)) return types?.thread;
  return sessionKindOf(session.key, session.chatType) === "group"
    ? types?.group
    : (types?.direct ?? types?.dm);
}

function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The newest moment not after `now` at which the local clock showed that full hour. */
function lastBoundary(hour: number, now: number): number {
  const boundary = new Date(now);
  boundary.setHours(hour, 0, 0, 0);
  // setDate, not minus 24 h: days around a clock change are 23 or 25 hours long.
  if (boundary.getTime() > now) boundary.setDate(boundary.getDate() - 1);
  return boundary.getTime();
}
