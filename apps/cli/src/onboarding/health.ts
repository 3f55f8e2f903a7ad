import { setTimeout as sleep } from "node:timers/promises";

import { claimedPort } from "../config/own-gateway.ts";
import { findLocalTarget, withGateway } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { askBootId } from "../service/witness.ts";

/** How the gateway was found. */
export type HealthLook = "healthy" | "not_running";

const ASK_MS = 5_000;
const PAUSE_MS = 250;
/** What a gateway that is about to start, or to restart, is like for a while. */
const PASSING: ReadonlySet<string> = new Set(["unreachable", "busy", "closed", "timeout"]);

/** What is known about the gateway before it is asked. */
export interface Expectation {
  /** Longest wait for one that has to be there, in ms; left out when it may as well not run. */
  readonly patienceMs?: number;
  /** Boot of a gateway that is about to restart: its answer counts only when the wait is over. */
  readonly endingBoot?: string | undefined;
}

/**
 * Asks the gateway for its health, as any command would.
 *
 * @throws {CliFailure} it is there, or should be, and does not answer as it should
 */
export async function lookAtHealth(
  context: CommandContext,
  { patienceMs, endingBoot }: Expectation,
): Promise<HealthLook> {
  const endAt = performance.now() + (patienceMs ?? 0);
  for (;;) {
    try {
      const flags = { timeout: String(ASK_MS), ...(await claimedPort(context)) };
      await withGateway(context, flags, (client) => client.request("health"));
      const isEnding = endingBoot !== undefined && (await bootOf(context)) === endingBoot;
      if (!isEnding || performance.now() >= endAt) return "healthy";
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      if (patienceMs === undefined && error.code === "unreachable") return "not_running";
      if (!PASSING.has(error.code) || performance.now() >= endAt) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** The boot of this machine's gateway, if one answers. */
export async function bootOf(context: CommandContext): Promise<string | undefined> {
  const { url } = findLocalTarget(context, await claimedPort(context));
  return askBootId(Number(new URL(url).port));
}
