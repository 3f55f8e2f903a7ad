import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../models/usage.ts";
import { startTestAgents } from "../testing/index.ts";
import { startAnew } from "./cut-session.ts";
import type { TranscriptLine, TranscriptMessage } from "./transcript.ts";

const timestamp = "2026-11-22T12:00:00.000Z";
const header: TranscriptLine = { type: "session", version: 3, id: "s", timestamp, cwd: "/w" };

type Kind = "user" | "reply" | "call" | "result" | "note";

/** A transcript as it grows: a call is followed by its result sooner or later. */
function transcript(kinds: readonly Kind[]): readonly TranscriptLine[] {
  let parentId: string | null = null;
  let calls = 0;
  let results = 0;
  const lines = kinds.flatMap((kind, index): TranscriptLine[] => {
    if (kind === "result" && results === calls) return [];
    const id = String(index).padStart(8, "0");
    const base = { id, parentId, timestamp };
    parentId = id;
    if (kind === "note") return [{ ...base, type: "custom", customType: "x", data: 1 }];
    if (kind === "call") calls += 1;
    if (kind === "result") results += 1;
    return [{ ...base, type: "message", message: messageOf(kind, calls, results) }];
  });
  return [header, ...lines];
}

function messageOf(kind: Kind, call: number, result: number): TranscriptMessage {
  const text = [{ type: "text" as const, text: kind }];
  if (kind === "user") return { role: "user", content: text, timestamp: 1 };
  if (kind === "result") {
    const of = { toolCallId: `c${result}`, toolName: "t", isError: false };
    return { role: "toolResult", ...of, content: text, timestamp: 1 };
  }
  return {
    role: "assistant",
    content: kind === "call" ? [{ type: "toolCall", id: `c${call}`, name: "t", arguments: {} }] : text,
    ...{ api: "a", provider: "p", model: "m", usage: NO_USAGE, stopReason: "stop", timestamp: 1 },
  };
}

const kindsOf = (lines: readonly TranscriptLine[]) =>
  lines.map((line) => (line.type === "message" ? line.message.role : line.type));

describe("startAnew", () => {
  const newest = (kinds: readonly Kind[], count: number) =>
    startAnew(transcript(kinds).slice(1).slice(-count));

  test("keeps the lines, of which the first has no parent any more", () => {
    const lines = transcript(["user", "reply", "user", "reply"]);
    const cut = startAnew(lines.slice(-2));
    expect(kindsOf(cut)).toEqual(["user", "assistant"]);
    expect(cut[0]).toEqual({ ...lines[3], parentId: null });
    expect(cut[1]).toEqual(lines[4]);
  });

  test("begins after results whose call is gone, also behind a note", () => {
    expect(kindsOf(newest(["user", "call", "result", "reply"], 2))).toEqual(["assistant"]);
    expect(kindsOf(newest(["call", "note", "result", "reply"], 3))).toEqual(["assistant"]);
    expect(newest(["call", "result"], 1)).toEqual([]);
  });

  test("never leaves a result without its call, and else the newest lines as they are", () => {
    const kinds = fc.array(fc.constantFrom<Kind[]>("user", "reply", "call", "result", "note"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(kinds, fc.integer({ min: 1, max: 30 }), (given, count) => {
        const lines = transcript(given).slice(1).slice(-count);
        const cut = startAnew(lines);
        const calls = new Set<string>();
        for (const line of cut) {
          if (line.type !== "message") continue;
          const { message } = line;
          if (message.role === "assistant")
            for (const part of message.content) if (part.type === "toolCall") calls.add(part.id);
          if (message.role === "toolResult") expect(calls.has(message.toolCallId)).toBe(true);
        }
        expect(cut.slice(1)).toEqual(lines.slice(lines.length - Math.max(0, cut.length - 1)));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("sessions.cut", () => {
  test("cuts the transcript, keeps the whole one aside, and the session goes on", async () => {
    await using t = await startTestAgents({ now: () => Date.UTC(2026, 10, 22, 12) });
    for (const message of ["one", "two", "three"]) await t.ask({ sessionKey: "work", message });
    const before = await t.store.session("agent:main:work");
    const all = await t.store.transcript(before!.sessionId);
    expect(await t.agents.sessions.cut({ key: "work", maxLines: 2 })).toEqual({
      ...{ key: "agent:main:work", compacted: true, kept: 2 },
    });
    const { messages } = await t.agents.history("work", { limit: 99 });
    expect(messages).toMatchObject([{ content: [{ text: "three" }] }, { role: "assistant" }]);
    expect(await t.store.transcript(`${before!.sessionId}.bak.2026-11-22T12-00-00.000Z`)).toEqual(all);
    expect(await t.store.session("agent:main:work")).not.toHaveProperty("totalTokens");
    expect((await t.ask({ sessionKey: "work", message: "@say @count" })).text).toBe("3");
  });

  test("T-DOS-06 leaves large lines behind, however many lines were asked for", async () => {
    await using t = await startTestAgents({ limits: { transcriptReadBytes: 4_000 } });
    for (const size of [10, 3_000, 10]) await t.ask({ sessionKey: "work", message: "x".repeat(size) });
    expect(await t.agents.sessions.cut({ key: "work", maxLines: 5 })).toMatchObject({ kept: 2 });
    const { messages } = await t.agents.history("work", { limit: 99 });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  });

  test("says why there was nothing to cut", async () => {
    await using t = await startTestAgents();
    const cut = (key: string) => t.agents.sessions.cut({ key, maxLines: 400 });
    expect(await cut("nosuch")).toMatchObject({ compacted: false, reason: "no sessionId" });
    await t.agents.sessions.patch({ key: "blank" }, { label: "blank" });
    expect(await cut("blank")).toMatchObject({ compacted: false, reason: "no transcript" });
    await t.ask({ sessionKey: "short" });
    expect(await cut("short")).toEqual({ key: "agent:main:short", compacted: false, kept: 5 });
  });
});
