import { describe, expect, test } from "vitest";

import { decide, type DoctorFlags } from "./repair.ts";

// service.md §11.1: what is done about each kind of repair, at a terminal and without one.
const TABLE: readonly (readonly [string, DoctorFlags, terminal: string, none: string])[] = [
  ["no flag", {}, "config no, confirm ask, aggressive ask", "config no, confirm no, aggressive no"],
  ["--fix", { fix: true }, "config yes, confirm yes, aggressive no", "config yes, confirm no, aggressive no"],
  [
    "--repair --force",
    { repair: true, force: true },
    "config yes, confirm yes, aggressive yes",
    "config yes, confirm no, aggressive no",
  ],
  [
    "--yes",
    { yes: true },
    "config yes, confirm yes, aggressive no",
    "config yes, confirm yes, aggressive no",
  ],
  [
    "--yes --force",
    { yes: true, force: true },
    "config yes, confirm yes, aggressive yes",
    "config yes, confirm yes, aggressive yes",
  ],
  [
    "--non-interactive",
    { nonInteractive: true },
    "config no, confirm no, aggressive no",
    "config no, confirm no, aggressive no",
  ],
  [
    "--fix --non-interactive",
    { fix: true, nonInteractive: true },
    "config yes, confirm no, aggressive no",
    "config yes, confirm no, aggressive no",
  ],
  [
    "--yes --force --non-interactive",
    { yes: true, force: true, nonInteractive: true },
    "config yes, confirm no, aggressive no",
    "config yes, confirm no, aggressive no",
  ],
  ["--json", { json: true }, "config no, confirm no, aggressive no", "config no, confirm no, aggressive no"],
];

describe("which repairs are made", () => {
  test.each(TABLE)("with %s", (_name, flags, terminal, none) => {
    const decisions = (isTerminal: boolean) =>
      (["config", "confirm", "aggressive"] as const)
        .map((kind) => `${kind} ${decide(kind, flags, isTerminal)}`)
        .join(", ");
    expect([decisions(true), decisions(false)]).toEqual([terminal, none]);
  });

  test("a token is made by its own flag, whoever is there to ask", () => {
    expect(decide("token", { generateGatewayToken: true, nonInteractive: true }, false)).toBe("yes");
    expect(decide("token", { fix: true }, false)).toBe("no");
    expect(decide("token", {}, true)).toBe("ask");
  });
});
