import { setTimeout as pause } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { Site } from "./site.ts";

/** A line that comes too much would come within the debounce of these gateways, 20 ms, and a little more. */
export const QUIET_MS = 80;

/** Waits for the lines, and that there are no more. */
export async function expectLines(
  own: Pick<Site, "lines">,
  wanted: readonly (RegExp | string)[],
): Promise<void> {
  const patterns: unknown[] = wanted.map((line) =>
    typeof line === "string" ? line : expect.stringMatching(line),
  );
  await vi.waitFor(() => expect(own.lines).toEqual(patterns), { timeout: 10_000, interval: 5 });
  await pause(QUIET_MS);
  expect(own.lines).toEqual(patterns);
}
