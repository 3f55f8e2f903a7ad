import { expect, test } from "vitest";
import { invalidConfigLines } from "./invalid-config.ts";

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
