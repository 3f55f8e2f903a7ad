import { describe, expect, test } from "vitest";
import { invalidConfigFix, invalidConfigLines } from "./invalid-config.ts";

test("prints every issue of the file twice: for the log, and for people with a next step", () => {
  const issues = [
    { path: "gateway.port", message: "Invalid input: expected number, received string", line: 3 },
    { path: "", message: "JSON5 parse failed: SyntaxError: JSON5: invalid end of input at 1:36", line: 1 },
    { path: "gateway", message: 'Unrecognized key: "prot"', line: 4, suggestion: "gateway.port" },
  ];
  expect(
    invalidConfigLines({ path: "/h/.openclaw/openclaw.json", issues, legacyIssues: [] }, { home: "/h" }),
  ).toEqual([
    "Invalid config at /h/.openclaw/openclaw.json:",
    "- gateway.port: Invalid input: expected number, received string (line 3)",
    "- <root>: JSON5 parse failed: SyntaxError: JSON5: invalid end of input at 1:36",
    '- gateway: Unrecognized key: "prot"; did you mean "gateway.port"? (line 4)',
    "Config invalid",
    "File: ~/.openclaw/openclaw.json",
    "Problem:",
    "  - gateway.port: Invalid input: expected number, received string (~/.openclaw/openclaw.json:3)",
    "  - <root>: JSON5 parse failed: SyntaxError: JSON5: invalid end of input at 1:36 (~/.openclaw/openclaw.json:1)",
    '  - gateway: Unrecognized key: "prot"; did you mean "gateway.port"? (~/.openclaw/openclaw.json:4)',
    "",
    "Run: openclaw doctor --fix",
  ]);
});

test("names the instance whose file it is in the line to run", () => {
  const snapshot = { path: "/h/.openclaw-work/openclaw.json", issues: [], legacyIssues: [] };
  expect(invalidConfigLines(snapshot, { home: "/h" }, "openclaw --profile work").at(-1)).toBe(
    "Run: openclaw --profile work doctor --fix",
  );
});

describe("invalidConfigFix", () => {
  const unknown = { path: "gateway", message: 'Unrecognized key: "prot"' };
  const wrong = { path: "gateway.port", message: "Invalid input: expected number, received string" };

  test.each([
    ["a text that is no configuration", { parsed: null, issues: [wrong], legacyIssues: [] }],
    ["keys of an older release", { parsed: {}, issues: [wrong], legacyIssues: [wrong] }],
    ["keys that nobody knows", { parsed: {}, issues: [unknown, unknown], legacyIssues: [] }],
  ])("leaves %s to the doctor", (_what, snapshot) => {
    expect(invalidConfigFix(snapshot)).toBe("doctor --fix");
  });

  test("leaves a wrong value to the operator, who alone knows what was meant", () => {
    expect(invalidConfigFix({ parsed: {}, issues: [unknown, wrong], legacyIssues: [] })).toBe("config edit");
  });
});
