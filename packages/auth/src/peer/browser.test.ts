import { describe, expect, test } from "vitest";
import { testPolicy } from "../testing/index.ts";
import { judgeBrowser } from "./browser.ts";

const HOST = "127.0.0.1:18789";

function judge(
  origin: string | undefined,
  host: string,
  controlUi: Partial<ReturnType<typeof testPolicy>["controlUi"]> = {},
) {
  const base = testPolicy();
  const policy = { ...base, controlUi: { ...base.controlUi, ...controlUi } };
  return judgeBrowser({ host, ...(origin !== undefined && { origin }) }, policy);
}

const REFUSED = { ok: false, reason: "origin not allowed" };

describe("judgeBrowser", () => {
  test("without an Origin there is no browser to judge", () => {
    expect(judge(undefined, "evil.example")).toEqual({ ok: true, isBrowser: false, isOwnOrigin: false });
  });

  test.each([
    "http://localhost:18789",
    "http://127.0.0.1:18789",
    "https://localhost:18789",
    "http://[::1]:18789",
  ])("our own page at %s is let in", (origin) => {
    expect(judge(origin, HOST)).toEqual({ ok: true, isBrowser: true, isOwnOrigin: true });
  });

  test.each(["http://evil.example", "http://evil.example:18789", "http://localhost.evil.example:18789"])(
    "T-WEB-02 the foreign page %s is refused",
    (origin) => {
      expect(judge(origin, HOST)).toEqual(REFUSED);
    },
  );

  test.each([
    "null",
    "",
    "localhost:18789",
    "http://",
    "http://localhost:18789, http://evil.example",
    "file://",
  ])("T-WEB-02 the unreadable Origin %j is refused", (origin) => {
    expect(judge(origin, HOST)).toEqual(REFUSED);
    expect(judge(origin, HOST, { allowedOrigins: ["null"] })).toEqual(REFUSED);
  });

  test("T-WEB-11 another app of this machine needs the flag or the list", () => {
    const other = "http://localhost:3000";
    expect(judge(other, HOST)).toEqual(REFUSED);
    expect(judge("http://localhost", HOST)).toEqual(REFUSED);
    const admitted = { ok: true, isBrowser: true, isOwnOrigin: false };
    expect(judge(other, HOST, { allowLoopbackOrigins: true })).toEqual(admitted);
    expect(judge(other, HOST, { allowedOrigins: [other] })).toEqual(admitted);
  });

  test("listed origins match whole and without case, never by prefix", () => {
    const listed = { allowedOrigins: [" https://UI.example/ "] };
    expect(judge("https://ui.EXAMPLE", HOST, listed)).toMatchObject({ ok: true, isOwnOrigin: false });
    for (const other of ["http://ui.example", "https://ui.example:8443", "https://ui.example.evil.example"]) {
      expect(judge(other, HOST, listed)).toEqual(REFUSED);
    }
  });

  test("T-WEB-03 a page may know us only under our own names", () => {
    const listed = { allowedOrigins: ["https://ui.example", "https://gw.example"] };
    for (const host of [HOST, "localhost", "box.tail1.ts.net", "gw.example", "ui.example"]) {
      expect(judge("https://ui.example", host, listed)).toMatchObject({ ok: true });
    }
    for (const host of ["evil.example", "192.0.2.1", ""]) {
      expect(judge("https://ui.example", host, listed)).toEqual({ ok: false, reason: "host not allowed" });
    }
    expect(judge("http://localhost:18789", "evil.example")).toEqual(REFUSED);
  });

  test("T-WEB-06 the Host fallback takes a page of the same host, with the default port spelled out or not", () => {
    const open = { dangerouslyAllowHostHeaderOriginFallback: true };
    expect(judge("https://gw.example", "gw.example", open)).toMatchObject({ ok: true, isOwnOrigin: false });
    expect(judge("https://gw.example", "gw.example:443", open)).toMatchObject({ ok: true });
    expect(judge("https://gw.example", "gw.example:444", open)).toEqual(REFUSED);
    expect(judge("https://gw.example", "gw.example")).toEqual(REFUSED);
    expect(judge("https://gw.example", "gw.example, evil.example", open)).toEqual(REFUSED);
  });
});
