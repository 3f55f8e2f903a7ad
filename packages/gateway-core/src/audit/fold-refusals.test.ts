import { describe, expect, test } from "vitest";
import type { AuditNote } from "./audit-log.ts";
import { foldRefusals } from "./fold-refusals.ts";

function folding() {
  const notes: AuditNote[] = [];
  const clock = { now: 0 };
  const refused = foldRefusals(
    (note) => notes.push(note),
    () => clock.now,
  );
  const refuse = (address: string, isLocked = false) =>
    refused({ actor: "cli", address, isLocked, detail: "wrong token" });
  return { notes, clock, refuse };
}

describe("foldRefusals", () => {
  test("T-DOS-11 notes an address once a minute, and counts what it left out", () => {
    const { notes, clock, refuse } = folding();
    for (let attempts = 0; attempts < 5; attempts += 1) refuse("1.1.1.1");
    refuse("1.1.1.1", true);
    expect(notes.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["auth.failed", "wrong token"],
      ["auth.locked", "wrong token (4 more refusals before)"],
    ]);
    clock.now = 59_999;
    refuse("1.1.1.1");
    expect(notes).toHaveLength(2);
    clock.now = 60_000;
    refuse("1.1.1.1");
    expect(notes.at(-1)).toEqual({
      ...{ kind: "auth.failed", actor: "cli", address: "1.1.1.1", outcome: "denied" },
      detail: "wrong token (1 more refusals before)",
    });
  });

  test("T-DOS-11 notes no more than a hundred a minute, from however many addresses they come", () => {
    const { notes, clock, refuse } = folding();
    for (let host = 0; host < 1_000; host += 1) refuse(`10.0.${host >> 8}.${host & 255}`);
    expect(notes).toHaveLength(100);
    clock.now = 60_000;
    refuse("192.0.2.1");
    expect(notes.at(-1)?.detail).toBe("wrong token (900 more refusals before)");
  });
});
