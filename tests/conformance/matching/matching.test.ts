import { describe, expect, test } from "vitest";

import type { Entry, Frame } from "../recording/recording.ts";
import { ABSENT, match } from "./match.ts";
import { Bindings } from "./placeholders.ts";
import { comparable, isUnfollowed } from "./rules.ts";
import { Sequence } from "./sequence.ts";
import { isPiece, Streams, withoutPieces } from "./streams.ts";

const A = "11111111-2222-4333-8444-555555555555";
const B = "99999999-2222-4333-8444-555555555555";

describe("match", () => {
  const paths = (recorded: unknown, received: unknown) =>
    match(recorded, received, new Bindings()).map(({ path }) => path);

  test("takes equal constants and refuses any other", () => {
    expect(paths({ a: 1, b: [true, null, "x"] }, { a: 1, b: [true, null, "x"] })).toEqual([]);
    expect(paths({ a: 1, b: [true] }, { a: 2, b: [false] })).toEqual(["a", "b.0"]);
    expect(paths({ a: "1" }, { a: 1 })).toEqual(["a"]);
  });

  test("names every key that is missing or too many", () => {
    expect(match({ a: 1, c: { d: 1 } }, { b: 2, c: {} }, new Bindings())).toEqual([
      { path: "a", recorded: 1, received: ABSENT },
      { path: "c.d", recorded: 1, received: ABSENT },
      { path: "b", recorded: ABSENT, received: 2 },
    ]);
  });

  test("refuses a list of another length unless it was cut", () => {
    expect(paths([1, 2], [1])).toEqual([""]);
    expect(paths([1], [1, 2])).toEqual([""]);
    expect(paths([1, "<3 more>"], [1, 2])).toEqual([]);
    expect(paths([1, "<3 more>"], [2, 2])).toEqual([".0"]);
    expect(paths([1, "<3 more>"], [])).toEqual([""]);
  });

  test("takes any object for a cut one, but nothing else", () => {
    expect(paths({ "...": "..." }, { a: 1 })).toEqual([]);
    expect(paths({ "...": "..." }, "text")).toEqual([""]);
  });
});

describe("Bindings", () => {
  test.each<[string, unknown, boolean]>([
    ["<ms>", 1_795_348_298_921, true],
    ["<ms>", 5, false],
    ["<ms>", "1795348298921", false],
    ["<int>", 0, true],
    ["<int>", 1.5, false],
    ["<int>", -1, false],
    ["<uuid>", A, true],
    ["<uuid>", "x", false],
    ["<text>", "anything at\nall", true],
    ["<text>", 7, false],
    ["<deviceId>", "ab".repeat(32), true],
    ["<deviceId>", "AB".repeat(32), false],
    ["Gateway: <host> (<ip>) · app <version>", "Gateway: box (10.0.0.1) · app 2026.1.0", true],
    ["Gateway: <host> (<ip>) · app <version>", "Gateway: box (10.0.0.1) · app x", false],
    ["<stateDir>/a.json", "/tmp/state/a.json", true],
    ["<stateDir>/a.json", "/tmp/state/b.json", false],
    ["a.b", "axb", false],
    ["<p>", "<p>", true],
  ])("compares %j with %j: %s", (recorded, received, isEqual) => {
    expect(new Bindings().matches(recorded, received)).toBe(isEqual);
  });

  test("wants equal values for equal placeholders and different ones for different", () => {
    const bindings = new Bindings();
    expect(bindings.matches("<uuid>", A)).toBe(true);
    expect(bindings.matches("<uuid>", B)).toBe(false);
    expect(bindings.matches("<uuid#2>", A)).toBe(false);
    expect(bindings.matches("<uuid#2>", B)).toBe(true);
    expect(bindings.matches("<sessionId>", A)).toBe(true);
  });

  test("lets times and texts differ from place to place", () => {
    const bindings = new Bindings();
    expect(bindings.matches("<ms>", 1_795_348_298_921) && bindings.matches("<ms>", 1_795_348_298_922)).toBe(
      true,
    );
  });
});

describe("comparable", () => {
  const hello = (methods: string[]): Frame => ({ payload: { features: { methods } } });
  const isEqual = (recorded: Frame, received: Frame) =>
    match(...comparable(recorded, received), new Bindings()).length === 0;

  test("lets a gateway offer fewer methods, but none of another name", () => {
    expect(isEqual(hello(["a", "b"]), hello(["b"]))).toBe(true);
    expect(isEqual(hello(["a", "b"]), hello(["c"]))).toBe(false);
  });

  test("passes over participants that have left", () => {
    const list = (...reasons: string[]): Frame => ({
      payload: reasons.map((reason) => ({ host: "h", reason })),
    });
    expect(isEqual(list("self", "disconnect"), list("self"))).toBe(true);
    expect(isEqual(list("self"), list("self", "connect"))).toBe(false);
    expect(isEqual(list("self", "connect"), list("self", "disconnect"))).toBe(false);
  });

  test("wants a number where one was recorded, whatever it is", () => {
    const tick: Frame = { type: "event", event: "tick" };
    expect(isEqual({ ...tick, seq: 223 }, { ...tick, seq: 1 })).toBe(true);
    expect(isEqual({ ...tick, seq: 223 }, tick)).toBe(false);
    expect(isEqual(tick, { ...tick, seq: 1 })).toBe(false);
  });
});

describe("isUnfollowed", () => {
  test("passes over the gateway's rhythm unless the recording is about it", () => {
    expect(isUnfollowed({ event: "tick" }, new Set())).toBe(true);
    expect(isUnfollowed({ event: "tick" }, new Set(["tick"]))).toBe(false);
    expect(isUnfollowed({ event: "presence" }, new Set())).toBe(false);
  });
});

const run = (event: string, payload: object, seq?: number): Frame => ({
  type: "event",
  event,
  payload: { runId: "r", ...payload },
  ...(seq !== undefined && { seq }),
});
const assistant = (text: string, delta: string, seq = 1) =>
  run("agent", { stream: "assistant", data: { text, delta }, seq });
const message = (text: string) => ({
  role: "assistant",
  content: [{ type: "text", text }],
  timestamp: "<ms>",
});

describe("Sequence", () => {
  test("finds a hole and a repetition in the numbers of a connection", () => {
    const sequence = new Sequence([]);
    const problems = [1, 2, 4, 4].map((seq) => sequence.accept({ event: "tick", seq }).length);
    expect(problems).toEqual([0, 0, 1, 1]);
  });

  test("finds a run that counts backwards", () => {
    const sequence = new Sequence([]);
    expect(sequence.accept(assistant("a", "a", 2))).toEqual([]);
    expect(sequence.accept(assistant("ab", "b", 2))).toHaveLength(1);
    expect(sequence.accept(run("chat", { state: "aborted", seq: 1 }))).toHaveLength(1);
  });

  test("wants a chat event to carry the number of what it mirrors, where it was recorded so", () => {
    const sequence = new Sequence([
      run("agent", { stream: "lifecycle", seq: 6 }),
      run("chat", { state: "final", seq: 6 }),
    ]);
    expect(sequence.accept(run("agent", { stream: "lifecycle", seq: 3 }))).toEqual([]);
    expect(sequence.accept(run("chat", { state: "final", seq: 4 }))).toHaveLength(1);
  });
});

describe("Streams", () => {
  const recorded: Entry[] = [
    { kind: "receive", frame: assistant("Hello", "Hello") },
    { kind: "receive", frame: assistant("Hello you", " you") },
    { kind: "receive", frame: run("chat", { state: "final", message: message("Hello you"), seq: 3 }) },
  ];

  test("replaces recorded pieces by the demand that pieces come", () => {
    expect(withoutPieces(recorded)).toEqual([
      { kind: "streaming", runId: "r", events: ["agent"] },
      recorded[2],
    ]);
    expect(recorded.map((entry) => entry.kind === "receive" && isPiece(entry.frame))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("accepts any cut of the recorded text", () => {
    const streams = new Streams(recorded);
    expect(streams.accept(assistant("Hel", "Hel"))).toEqual([]);
    expect(streams.accept(assistant("Hello you", "lo you"))).toEqual([]);
    expect(streams.end("r")).toEqual([]);
  });

  test("finds text that does not go on from what was there", () => {
    const streams = new Streams(recorded);
    streams.accept(assistant("Hello", "Hello"));
    expect(streams.accept(assistant("Bye", "Bye"))).not.toEqual([]);
  });

  test("finds a delta that is not the difference", () => {
    const streams = new Streams(recorded);
    streams.accept(assistant("Hello", "Hello"));
    expect(streams.accept(assistant("Hello you", "you"))).toHaveLength(1);
  });

  test("finds a stream that ends short of the recorded text", () => {
    const streams = new Streams(recorded);
    streams.accept(assistant("Hello", "Hello"));
    expect(streams.end("r")).toHaveLength(1);
  });

  test("finds a piece with other keys than the recorded ones", () => {
    const streams = new Streams(recorded);
    expect(
      streams.accept(
        run("agent", { stream: "assistant", data: { text: "a", delta: "a" }, seq: 1, extra: 1 }),
      ),
    ).toHaveLength(1);
  });
});
