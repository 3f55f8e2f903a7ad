import type { ReloadMode } from "@openclaw/reload";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { OBSERVATIONS, type Observation } from "./rows.ts";
import { expectLines, QUIET_MS } from "./expect-lines.ts";
import { plan, put, run, type Site, textOf } from "./site.ts";

const MODES: readonly ReloadMode[] = ["hybrid", "hot", "restart", "off"];
function nextText({ after }: Observation, before: string, mode: ReloadMode): string {
  return typeof after === "function" ? after(before) : textOf(after, mode);
}

/** An edit that says nothing was looked at when one that comes after it has said something. */
async function expectSilence(own: Site, text: string): Promise<void> {
  await pause(QUIET_MS);
  const touched: unknown = JSON.parse(text.replace(/^\/\/.*$/m, ""));
  await put(own.configPath, JSON.stringify({ ...(touched as object), ui: { seamColor: "#abcdef" } }));
  await vi.waitFor(() => expect(own.lines.at(0)).toBe("config change detected; evaluating reload (ui)"), {
    timeout: 10_000,
  });
}

describe.each(MODES)("in mode %s", (mode) => {
  const rows = OBSERVATIONS.filter(({ says }) => says[mode] !== undefined);
  test.concurrent.each(rows)("$how: $edit", async (row) => {
    const before = textOf(row.before ?? {}, mode);
    await using own = await (row.how === "run" ? run : plan)(before);
    const wanted = row.says[mode] ?? [];
    const text = nextText(row, before, mode);
    await put(own.configPath, text);
    if (wanted.length === 0) return await expectSilence(own, text);
    await expectLines(own, wanted);
    const asks = wanted.some((line) => String(line).startsWith("config change requires gateway restart"));
    expect(own.restarts()).toBe(asks ? 1 : 0);
  });
});

test("the table has every edit once", () => {
  const edits = OBSERVATIONS.map(({ edit }) => edit);
  expect(new Set(edits).size).toBe(edits.length);
});
