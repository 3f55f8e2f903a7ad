import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseLogLine } from "./log-line.ts";

describe("parseLogLine", () => {
  test("joins the parts of a message and leaves the binding out", () => {
    const name = '{"subsystem":"gateway/ws"}';
    const meta = { name, logLevelName: "DEBUG", date: "2026-11-22T11:50:44.980Z" };
    const raw = JSON.stringify({ 0: name, 1: { conn: "a" }, 2: "res", _meta: meta });
    expect(parseLogLine(raw)).toEqual({
      time: "2026-11-22T11:50:44.980Z",
      level: "debug",
      subsystem: "gateway/ws",
      message: '{"conn":"a"} res',
      raw,
    });
  });

  test("reads a module binding and flat lines", () => {
    const cron = parseLogLine(
      '{"0":"tick","_meta":{"name":"{\\"module\\":\\"cron\\"}","logLevelName":"INFO"},"time":"t"}',
    );
    expect(cron).toMatchObject({ module: "cron", level: "info", message: "tick", time: "t" });
    const flat = parseLogLine('{"time":"t","level":"warn","subsystem":"logging","message":"cap reached"}');
    expect(flat).toMatchObject({ level: "warn", message: "cap reached" });
  });

  test("takes any text without failing and keeps it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (raw) => {
        const line = parseLogLine(raw);
        expect(line === undefined || line.raw === raw).toBe(true);
      }),
      { seed: 20261122 },
    );
  });
});
