import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { encodeEvent, encodeResponse, eventText, parseRequestFrame, parseServerFrame } from "./frames.ts";

describe("parseRequestFrame", () => {
  test("reads a request, with and without params", () => {
    expect(parseRequestFrame('{"type":"req","id":"1","method":"health","params":{"probe":true}}')).toEqual({
      kind: "request",
      frame: { type: "req", id: "1", method: "health", params: { probe: true } },
    });
    expect(parseRequestFrame('{"type":"req","id":"1","method":"health"}')).toEqual({
      kind: "request",
      frame: { type: "req", id: "1", method: "health" },
    });
  });

  test.each(["not json", "", "{", '{"type":"req",}', "\u0000"])("tells %j apart as no JSON", (text) => {
    expect(parseRequestFrame(text)).toEqual({ kind: "not-json" });
  });

  test.each<[string, unknown, string]>([
    ["[]", "invalid", "must be object"],
    ["null", "invalid", "must be object"],
    ['"str"', "invalid", "must be object"],
    ["123", "invalid", "must be object"],
    ['{"type":"req","id":"x1"}', "x1", "must have required property 'method'"],
    ['{"type":"req","id":"","method":"health"}', "", "at /id: must NOT have fewer than 1 characters"],
    ['{"type":"req","id":7,"method":"health"}', 7, "at /id: must be string"],
    ['{"type":"req","id":"x2","method":"health","extra":true}', "x2", "at root: unexpected property 'extra'"],
    [
      '{"type":"event","event":"tick"}',
      "invalid",
      "must have required property 'id'; must have required property 'method'; " +
        "at root: unexpected property 'event'; at /type: must be equal to constant",
    ],
    [
      '{"type":"res","id":"x3","ok":true}',
      "x3",
      "must have required property 'method'; at root: unexpected property 'ok'; at /type: must be equal to constant",
    ],
  ])("says why %s is no request and what id to echo", (text, id, issues) => {
    expect(parseRequestFrame(text, 3)).toEqual({ kind: "invalid", id, issues });
  });

  const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const traced = (traceparent: string) =>
    JSON.stringify({ type: "req", id: "r0", method: "health", params: {}, traceparent });

  test("refuses a trace context in dialect 3 and accepts it otherwise", () => {
    expect(parseRequestFrame(traced(TRACE), 3)).toMatchObject({
      kind: "invalid",
      issues: "at root: unexpected property 'traceparent'",
    });
    for (const dialect of [4, undefined] as const) {
      expect(parseRequestFrame(traced(TRACE), dialect)).toMatchObject({
        frame: { traceparent: TRACE },
      });
    }
  });

  test.each([
    "",
    "00-a-b-01",
    TRACE.toUpperCase(),
    `ff${TRACE.slice(2)}`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`,
    `${TRACE}\n`,
  ])("reads a request with the trace context %j as one without", (text) => {
    expect(parseRequestFrame(traced(text), 4)).toEqual({
      kind: "request",
      frame: { type: "req", id: "r0", method: "health", params: {} },
    });
  });

  test("refuses a trace context of more than 128 characters", () => {
    expect(parseRequestFrame(traced("0".repeat(128)), 4).kind).toBe("request");
    expect(parseRequestFrame(traced("0".repeat(129)), 4)).toEqual({
      kind: "invalid",
      id: "r0",
      issues: "at /traceparent: must not have more than 128 characters",
    });
  });

  test("accepts and forgets the profile a dialect 4 client names", () => {
    const text = '{"type":"req","id":"1","method":"health","expectedProfileId":"p"}';
    expect(parseRequestFrame(text, 4)).toEqual({
      kind: "request",
      frame: { type: "req", id: "1", method: "health" },
    });
    expect(parseRequestFrame(text, 3).kind).toBe("invalid");
  });

  test("T-DOS-10 refuses a frame nested beyond the limit without parsing it", () => {
    const text = `{"type":"req","id":"1","method":"health","params":${"[".repeat(100_000)}`;
    expect(parseRequestFrame(text)).toEqual({
      kind: "invalid",
      id: "invalid",
      issues: "must NOT be nested deeper than 64 levels",
    });
  });

  test("gives back every request that was written", () => {
    const name = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(name, name, fc.option(fc.jsonValue(), { nil: undefined }), (id, method, params) => {
        const frame = { type: "req", id, method, ...(params !== undefined && { params }) };
        const parsed = parseRequestFrame(JSON.stringify(frame), 3);
        expect(parsed).toEqual({ kind: "request", frame: JSON.parse(JSON.stringify(frame)) });
      }),
      { seed: 7 },
    );
  });

  test("never throws, and never takes for a request what is none", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseRequestFrame(text).kind).not.toBe("request");
      }),
      { seed: 8 },
    );
  });
});

describe("encodeResponse", () => {
  test("leaves an absent payload out and echoes whatever id came", () => {
    expect(encodeResponse({ id: "1", ok: true })).toBe('{"type":"res","id":"1","ok":true}');
    expect(encodeResponse({ id: 7, ok: false, error: { code: "INVALID_REQUEST", message: "no" } })).toBe(
      '{"type":"res","id":7,"ok":false,"error":{"code":"INVALID_REQUEST","message":"no"}}',
    );
  });

  test("sends payload and error together for the final answer of a failed run", () => {
    const text = encodeResponse({
      id: "1",
      ok: false,
      payload: { status: "error" },
      error: { code: "UNAVAILABLE", message: "down" },
    });
    expect(parseServerFrame(text)).toEqual({
      type: "res",
      id: "1",
      ok: false,
      payload: { status: "error" },
      error: { code: "UNAVAILABLE", message: "down" },
    });
  });

  test("keeps a null payload", () => {
    expect(encodeResponse({ id: "1", ok: true, payload: null })).toBe(
      '{"type":"res","id":"1","ok":true,"payload":null}',
    );
  });
});

describe("encodeEvent", () => {
  test("puts the serialised payload in without a second serialisation", () => {
    const { head, tail } = eventText({
      event: "tick",
      payloadJson: '{"ts":1}',
      stateVersion: { presence: 1, health: 2 },
    });
    expect(head + tail(7)).toBe(
      '{"type":"event","event":"tick","payload":{"ts":1},"seq":7,"stateVersion":{"presence":1,"health":2}}',
    );
  });

  test("leaves absent parts out", () => {
    expect(encodeEvent("tick", undefined)).toBe('{"type":"event","event":"tick"}');
  });

  test("is read back as the event that was written", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.jsonValue(),
        fc.option(fc.nat(), { nil: undefined }),
        (event, payload, seq) => {
          const text = encodeEvent(event, JSON.stringify(payload), seq);
          expect(parseServerFrame(text)).toEqual(
            JSON.parse(JSON.stringify({ type: "event", event, payload, ...(seq !== undefined && { seq }) })),
          );
        },
      ),
      { seed: 9 },
    );
  });
});

describe("parseServerFrame", () => {
  test.each([
    "not json",
    "[]",
    "null",
    '{"type":"req","id":"1","method":"health"}',
    '{"type":"res","id":1,"ok":true}',
    '{"type":"res","id":"1"}',
    '{"type":"res","id":"1","ok":false,"error":{"code":"","message":"x"}}',
    '{"type":"res","id":"1","ok":false,"error":{"code":"X","message":"x","retryAfterMs":-1}}',
    '{"type":"event","event":""}',
    '{"type":"event","event":"tick","seq":-1}',
    '{"type":"event","event":"tick","stateVersion":{"presence":1}}',
  ])("drops %s", (text) => {
    expect(parseServerFrame(text)).toBeUndefined();
  });

  test("tolerates keys a newer gateway adds", () => {
    expect(parseServerFrame('{"type":"event","event":"tick","recipientProfileId":"p"}')).toMatchObject({
      event: "tick",
    });
  });
});
