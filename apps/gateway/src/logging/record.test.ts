import { describe, expect, test } from "vitest";
import { toRecord } from "./record.ts";
import { createRedactor } from "./redactor.ts";

const redactor = createRedactor({ isRedacting: true });
const meta = (value: unknown) =>
  toRecord({ severity: "info", subsystem: "gateway", text: "x", meta: value }, redactor).meta;

describe("toRecord", () => {
  test("T-LOG-01 caps what came from outside", () => {
    expect(meta({ origin: "o".repeat(15_000) })).toEqual({ origin: `${"o".repeat(300)}…` });
  });

  test("T-LOG-03 hides secrets in messages, values, nested fields and errors", () => {
    const error = new Error(
      "request to https://api.telegram.org/bot123456789:AAAAAAAAAAAAAAAAAAAAAAAA/x failed",
    );
    error.cause = new Error("Authorization: Bearer prefix-canary-suffix");
    const logged = meta({
      error,
      params: { token: "canary-token", list: ["TOKEN=canary-list"] },
      url: "http://h/?token=canary-url",
    });
    const text = JSON.stringify(logged);
    expect(text).not.toMatch(/canary|AAAAAAA/);
    expect(text).toContain("request to https://api.telegram.org/bot");
  });

  test("T-LOG-01 recognises a secret that control characters try to hide", () => {
    expect(meta({ text: "TOK\u0000EN=ca\u0007nary-value" })).toEqual({ text: "TOKEN=***" });
  });

  test("turns errors into objects with code, stack and cause", () => {
    const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    const error = new Error("failed", { cause });
    expect(meta(error)).toEqual({
      error: {
        name: "Error",
        message: "failed",
        stack: expect.stringContaining("record.test.ts"),
        cause: { name: "Error", message: "refused", code: "ECONNREFUSED", stack: expect.any(String) },
      },
    });
  });

  test("survives everything that JSON does not", () => {
    const circular: Record<string, unknown> = {
      big: 1n,
      date: new Date(0),
      bad: new Date(NaN),
      bytes: new Uint8Array(3),
    };
    circular["self"] = circular;
    circular["map"] = new Map([["a", new Set([NaN])]]);
    expect(meta(circular)).toEqual({
      big: "1",
      date: "1970-01-01T00:00:00.000Z",
      bad: "Invalid Date",
      bytes: "[3 bytes]",
      self: "[circular]",
      map: { a: ["NaN"] },
    });
  });

  test("T-DOS-16 bounds depth and size of what is logged", () => {
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => "x"));
    expect(JSON.stringify(meta({ wide })).length).toBeLessThan(10_000);
    expect(JSON.stringify(meta({ a: { b: { c: { d: { e: { f: 1 } } } } } }))).toContain("[left out]");
  });

  test("takes the console's own text out of the meta", () => {
    const record = toRecord(
      { severity: "info", subsystem: "s", text: "long", meta: { consoleMessage: "short", n: 1 } },
      redactor,
    );
    expect(record).toMatchObject({ message: "long", consoleMessage: "short", meta: { n: 1 } });
  });
});
