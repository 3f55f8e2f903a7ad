import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleEntry } from "../testing/samples.ts";
import { isSessionStale, resolveResetPolicy } from "./reset-policy.ts";

// Tests run in UTC, so local hours are UTC hours.
const at = (iso: string): number => Date.parse(`2026-11-22T${iso}Z`);
const key = "agent:main:main";
const talkedAt = (time: number) => sampleEntry(key, { updatedAt: time, lastInteractionAt: time });

describe("resolveResetPolicy", () => {
  test("starts over daily at four unless configured", () => {
    expect(resolveResetPolicy(undefined, { key })).toEqual({ atHour: 4 });
  });

  test("reads idle minutes alone as mode idle, and mode idle without minutes as an hour", () => {
    expect(resolveResetPolicy({ idleMinutes: 30 }, { key })).toEqual({ idleMinutes: 30 });
    expect(resolveResetPolicy({ reset: { mode: "idle" } }, { key })).toEqual({ idleMinutes: 60 });
    expect(resolveResetPolicy({ idleMinutes: 30, reset: { atHour: 2 } }, { key })).toEqual({ atHour: 2 });
  });

  test("prefers channel over type over general", () => {
    const session = {
      reset: { atHour: 1 },
      resetByType: {
        dm: { atHour: 2 },
        group: { atHour: 3 },
        thread: { mode: "idle" as const, idleMinutes: 5 },
      },
      resetByChannel: { telegram: { atHour: 9 } },
    };
    expect(resolveResetPolicy(session, { key, channel: "telegram" })).toEqual({ atHour: 9 });
    expect(resolveResetPolicy(session, { key })).toEqual({ atHour: 2 });
    expect(resolveResetPolicy(session, { key: "agent:main:irc:group:g" })).toEqual({ atHour: 3 });
    expect(resolveResetPolicy(session, { key: "agent:main:irc:group:g:thread:t" })).toEqual({
      idleMinutes: 5,
    });
    expect(resolveResetPolicy(session, { key, channel: "constructor" })).toEqual({ atHour: 2 });
  });
});

describe("isSessionStale around a clock change", () => {
  const zone = process.env["TZ"];
  beforeAll(() => {
    process.env["TZ"] = "America/New_York";
  });
  afterAll(() => {
    process.env["TZ"] = zone;
  });

  // On 1 November 2026 clocks there go back from 02:00 EDT to 01:00 EST.
  test.each([
    ["2026-10-31T04:30:00-04:00", "2026-11-01T03:30:00-05:00", false],
    ["2026-10-31T03:30:00-04:00", "2026-11-01T03:30:00-05:00", true],
    ["2026-11-01T03:59:00-05:00", "2026-11-01T04:00:00-05:00", true],
  ])("last talked to %s, at %s: %s", (last, now, stale) => {
    expect(isSessionStale({ atHour: 4 }, talkedAt(Date.parse(last)), Date.parse(now))).toBe(stale);
  });
});

describe("isSessionStale", () => {
  test.each([
    ["03:59:59", "03:00:00", false],
    ["04:00:00", "03:59:59", true],
    ["23:00:00", "04:00:00", false],
    ["23:00:00", "03:00:00", true],
  ])("daily at four: at %s, last talked to at %s, is %s", (now, last, stale) => {
    expect(isSessionStale({ atHour: 4 }, talkedAt(at(last)), at(now))).toBe(stale);
  });

  test("idle: stale only after the minutes have passed", () => {
    const entry = talkedAt(at("12:00:00"));
    expect(isSessionStale({ idleMinutes: 60 }, entry, at("13:00:00"))).toBe(false);
    expect(isSessionStale({ idleMinutes: 60 }, entry, at("13:00:01"))).toBe(true);
  });

  test("with both, whichever comes first", () => {
    const policy = { atHour: 4, idleMinutes: 60 };
    expect(isSessionStale(policy, talkedAt(at("03:50:00")), at("04:10:00"))).toBe(true);
    expect(isSessionStale(policy, talkedAt(at("10:00:00")), at("11:30:00"))).toBe(true);
    expect(isSessionStale(policy, talkedAt(at("10:00:00")), at("10:30:00"))).toBe(false);
  });

  test("is not kept fresh by changes nobody talked to", () => {
    const entry = sampleEntry(key, { updatedAt: at("12:00:00"), lastInteractionAt: at("02:00:00") });
    expect(isSessionStale({ atHour: 4 }, entry, at("12:01:00"))).toBe(true);
  });
});
