import { describe, expect, test } from "vitest";
import { displayName, formatLine, wantsColour, type ConsoleFormat } from "./console-format.ts";
import type { LogRecord } from "./record.ts";

const TIME = new Date("2026-11-22T12:00:08.984Z");
const line = (record: Partial<LogRecord>, format: Partial<ConsoleFormat> = {}) =>
  formatLine({ severity: "info", subsystem: "gateway", message: "hello", ...record }, TIME, {
    style: "compact",
    hasColour: false,
    ...format,
  });

describe("formatLine", () => {
  test.each([
    ["pretty", "12:00:08 [reload] config change detected"],
    ["compact", "2026-11-22T12:00:08.984Z [reload] config change detected"],
    [
      "json",
      '{"time":"2026-11-22T12:00:08.984Z","level":"info","subsystem":"gateway/reload","message":"config change detected","paths":2}',
    ],
  ] as const)("is written in style %s", (style, expected) => {
    expect(
      line({ subsystem: "gateway/reload", message: "config change detected", meta: { paths: 2 } }, { style }),
    ).toBe(expected);
  });

  test("leaves the time to a journal, which has its own", () => {
    expect(line({ message: "hi" }, { isTimed: true })).toBe("[gateway] hi");
  });

  test.each([
    ["heartbeat: started", "gateway/heartbeat", "[heartbeat] started"],
    ["[heartbeat] started", "gateway/heartbeat", "[heartbeat] started"],
    ["Gateway auth token was missing.", "gateway", "[gateway] auth token was missing."],
    ["gateway", "gateway", "[gateway] gateway"],
    ["gateways are fine", "gateway", "[gateway] gateways are fine"],
  ])("does not repeat the subsystem: %s", (message, subsystem, expected) => {
    expect(line({ message, subsystem })).toBe(`${TIME.toISOString()} ${expected}`);
  });

  test("says why something failed, which lies in the meta", () => {
    expect(line({ message: "request failed", meta: { error: { message: "disk gone" } } })).toMatch(
      /request failed: disk gone$/,
    );
    expect(line({ message: "request failed", meta: { error: "disk gone" } })).toMatch(
      /request failed: disk gone$/,
    );
  });

  test("prefers the console's own text", () => {
    expect(line({ consoleMessage: "short" })).toMatch(/\[gateway\] short$/);
  });

  test("colours the name by its hash and the text by its level", () => {
    const coloured = line({ severity: "warn" }, { style: "pretty", hasColour: true });
    expect(coloured).toBe("12:00:08 \u001b[36m[gateway]\u001b[39m \u001b[33mhello\u001b[39m");
    expect(line({ subsystem: "gmail-watcher" }, { hasColour: true })).toContain("\u001b[34m[gmail-watcher]");
    expect(line({}, { style: "json", hasColour: true })).not.toContain("\u001b");
  });
});

describe("displayName", () => {
  test.each([
    ["gateway", "gateway"],
    ["gateway/channels", "gateway/channels"],
    ["gateway/reload", "reload"],
    ["gateway/channels/telegram/bot/x", "telegram"],
    ["agent/embedded", "agent/embedded"],
    ["browser/server/tabs", "server/tabs"],
  ])("shortens %s to %s", (subsystem, name) => {
    expect(displayName(subsystem)).toBe(name);
  });
});

describe("wantsColour", () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: "xterm" }, false, true],
    [{ TERM: "dumb" }, false, false],
    [{ COLORTERM: "truecolor" }, false, true],
    [{ TERM: "xterm", NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, false, true],
    [{ NO_COLOR: "1", FORCE_COLOR: "0" }, true, false],
  ])("with %j on a terminal (%s) is %s", (env, isTerminal, expected) => {
    expect(wantsColour(env, isTerminal)).toBe(expected);
  });
});
