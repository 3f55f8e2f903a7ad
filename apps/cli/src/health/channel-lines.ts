import type { Methods } from "@openclaw/client";

import { readFields } from "../read-fields.ts";

type Health = Methods["health"]["result"];

/** One line per channel of a health snapshot, e.g. `Telegram: ok (@bot) (41ms)`. */
export function channelLines(health: Health): string[] {
  return health.channelOrder.map(
    (id) => `${health.channelLabels[id] ?? id}: ${channelState(health.channels[id])}`,
  );
}

function channelState(summary: unknown): string {
  const { linked, configured, probe, authAgeMs } = readFields(summary);
  if (linked === true)
    return typeof authAgeMs === "number" ? `linked (auth age ${minutes(authAgeMs)}m)` : "linked";
  if (configured === false) return "not configured";
  if (linked === false) return "not linked";
  if (typeof probe === "object" && probe !== null) return probeState(probe);
  return configured === true ? "configured" : "unknown";
}

function probeState(probe: object): string {
  const { ok, status, error, elapsedMs, bot } = readFields(probe);
  if (ok !== true) return `failed (${String(status ?? "unknown")}) - ${String(error ?? "no reason given")}`;
  const { username } = readFields(bot);
  const name = typeof username === "string" ? ` (@${username})` : "";
  return `ok${name}${typeof elapsedMs === "number" ? ` (${elapsedMs}ms)` : ""}`;
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
