import type { UsageQuery } from "@openclaw/agents";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** What models used. */
export function usageMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    // No provider that this build knows tells how much of an allowance is left.
    "usage.status": () => ({ updatedAt: context.now(), providers: [] }),

    "usage.cost": async ({ params }) => ({
      updatedAt: context.now(),
      ...(await context.agents.usage(usageQuery(params, context.now()))),
    }),
  });
}

/** Fields of the wrong type count as absent. */
function usageQuery(params: Readonly<Record<string, unknown>>, now: number): UsageQuery {
  const { days, startDate, endDate, mode, utcOffset } = params;
  return given({
    days: typeof days === "number" ? days : undefined,
    startDate: typeof startDate === "string" ? startDate : undefined,
    endDate: typeof endDate === "string" ? endDate : undefined,
    offsetMinutes: offsetMinutes(mode, utcOffset, now),
  });
}

/** How far the clock that days follow is ahead of UTC. */
function offsetMinutes(mode: unknown, utcOffset: unknown, now: number): number | undefined {
  if (mode === "gateway") return -new Date(now).getTimezoneOffset();
  if (mode !== "specific" || typeof utcOffset !== "string") return undefined;
  const [, sign, hours, minutes] = /^UTC([+-])(\d{1,2})(?::([0-5]\d))?$/i.exec(utcOffset.trim()) ?? [];
  if (sign === undefined || Number(hours) > 14) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
}
