import { isTruthy } from "@openclaw/config";
import type { Beacon } from "@openclaw/discovery";

import type { CommandContext } from "../context.ts";

/** What the local network was asked, and what it said; with `--json` it is printed as it is. */
export interface Discovery {
  readonly timeoutMs: number;
  readonly count: number;
  readonly beacons: readonly Beacon[];
  /** Why not every network was asked, for people; `null` when all were. */
  readonly problem: string | null;
}

/**
 * Looks around on the local network for that long. What is found is for people to read: nothing here connects to it, and
 * no command takes an address from it (T-LOG-08).
 */
export async function findGateways({ env }: CommandContext, timeoutMs: number): Promise<Discovery> {
  if (isTruthy(env["OPENCLAW_DISABLE_BONJOUR"]))
    return { timeoutMs, count: 0, beacons: [], problem: "OPENCLAW_DISABLE_BONJOUR is set" };
  const { browse } = await import("@openclaw/discovery");
  const { beacons, problem } = await browse({ timeoutMs });
  return { timeoutMs, count: beacons.length, beacons, problem };
}
