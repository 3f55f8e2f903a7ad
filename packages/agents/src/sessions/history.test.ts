import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../models/usage.ts";
import { createMemoryStore, startTestAgents } from "../testing/index.ts";
import { fitHistory, projectHistory } from "./history-projection.ts";
import { readHistory } from "./history.ts";
import type { TranscriptLine, TranscriptMessage } from "./transcript.ts";

const timestamp = "2026-11-22T12:00:00.000Z";
const line = (message: TranscriptMessage, id = "1"): TranscriptLine => ({
  type: "message",
  id,
  parentId: null,
  timestamp,
  message,
});
const user = (text: string): TranscriptMessage => ({
  role: "user",
  content: [{ type: "text", text }],
  timestamp: 1,
});
const assistant = (content: object[]): TranscriptMessage =>
  ({
    role: "assistant",
    content,
    api: "x",
    provider: "p",
    model: "m",
    usage: NO_USAGE,
    stopReason: "stop",
    timestamp: 2,
  }) as TranscriptMessage;

describe("projectHistory", () => {
  test("shows what was said, without envelope, tags, usage and details", () => {
    const lines = [
      line(user("System: [2026-11-22 12:00:00 UTC] note\n\n[Sun 2026-11-22 12:00 UTC] hi")),
      line(
        assistant([
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "[[reply_to_current]]hello NO_REPLY" },
        ]),
      ),
      line({
        ...{ role: "toolResult", toolCallId: "c", toolName: "read", isError: false, timestamp: 3 },
        content: [{ type: "text", text: "A" }],
        details: { path: "/secret" },
      }),
    ];
    expect(projectHistory(lines)).toEqual([
      { role: "user", content: [{ type: "text", text: "hi" }], timestamp: 1 },
      {
        ...{ role: "assistant", api: "x", provider: "p", model: "m", stopReason: "stop", timestamp: 2 },
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "hello" },
        ],
      },
      {
        ...{ role: "toolResult", toolCallId: "c", toolName: "read", isError: false, timestamp: 3 },
        content: [{ type: "text", text: "A" }],
      },
    ]);
  });

  test("hides silent replies, shows failed ones and marks a compaction", () => {
    const compaction: TranscriptLine = {
      ...{ type: "compaction", id: "c1", parentId: null, timestamp, tokensBefore: 1 },
      ...{ summary: "s", firstKeptEntryId: "1" },
    };
    const lines = [line(assistant([{ type: "text", text: "NO_REPLY" }])), line(assistant([])), compaction];
    expect(projectHistory(lines)).toMatchObject([
      { role: "assistant", content: [] },
      { role: "system", content: [{ text: "Compaction" }], __openclaw: { kind: "compaction", id: "c1" } },
    ]);
  });

  test("T-DOS-06 cuts long fields and leaves images out", () => {
    const long = "x".repeat(20_000);
    const [message] = projectHistory([
      line(
        assistant([
          { type: "text", text: long },
          { type: "thinking", thinking: long },
          { type: "toolCall", id: "c", name: "t", arguments: { long } },
          { type: "image", mimeType: "image/png", data: "AAAA" },
        ]),
      ),
    ]);
    const cut = `${"x".repeat(12_000)}\n...(truncated)...`;
    expect(message?.["content"]).toMatchObject([
      { text: cut },
      { thinking: cut },
      { arguments: expect.stringMatching(/^\{"long":"x+\n\.\.\.\(truncated\)\.\.\.$/u) },
      { type: "image", mimeType: "image/png", omitted: true, bytes: 3 },
    ]);
  });
});

describe("fitHistory", () => {
  test("T-DOS-06 replaces a message that is too large and keeps the newest that fit", () => {
    const parts = Array.from({ length: 20 }, () => ({ type: "text", text: "x".repeat(11_000) }));
    const big = { role: "assistant", content: parts, timestamp: 5 };
    expect(fitHistory([big], 10)).toEqual([
      {
        ...{ role: "assistant", timestamp: 5 },
        content: [{ type: "text", text: "[chat.history omitted: message too large]" }],
        __openclaw: { truncated: true, reason: "oversized" },
      },
    ]);
    const many = Array.from({ length: 100 }, (_, index) => ({
      role: "user",
      index,
      text: "x".repeat(100_000),
    }));
    const fitted = fitHistory(many, 100);
    expect(fitted.length).toBeLessThan(64);
    expect(fitted.at(-1)).toMatchObject({ index: 99 });
    expect(JSON.stringify(fitted).length).toBeLessThanOrEqual(6_291_456);
    expect(fitHistory(many, 3)).toHaveLength(3);
  });
});

describe("readHistory", () => {
  const maxBytes = 1_000_000;

  test("reads on when most lines are no messages", async () => {
    const store = createMemoryStore();
    const lines = [user("a"), user("b"), user("c")].map((message) => line(message));
    const custom = (id: number): TranscriptLine => ({
      type: "custom",
      id: `${id}`,
      parentId: null,
      timestamp,
      customType: "x",
      data: id,
    });
    const noise = Array.from({ length: 500 }, (_, id) => custom(id));
    await store.commit([{ type: "transcript.append", sessionId: "s", lines: [...lines, ...noise] }]);
    const { messages, nextOffset } = await readHistory(store, "s", { limit: 2, maxBytes });
    const texts = messages.map((message) => JSON.stringify(message["content"]));
    expect(texts).toEqual(['[{"type":"text","text":"b"}]', '[{"type":"text","text":"c"}]']);
    expect(nextOffset).toBe(502);
  });

  test("pages back from the newest, each message with its place in the transcript", async () => {
    const store = createMemoryStore();
    const lines = ["a", "b", "c", "d"].map((text, index) => line(user(text), `0000000${index}`));
    await store.commit([{ type: "transcript.append", sessionId: "s", lines }]);
    const page = async (query: { limit: number; offset?: number }) => {
      const { messages, nextOffset } = await readHistory(store, "s", { ...query, maxBytes });
      return { marks: messages.map((message) => message["__openclaw"]), nextOffset };
    };
    expect(await page({ limit: 2 })).toEqual({
      marks: [
        { id: "00000002", seq: 3 },
        { id: "00000003", seq: 4 },
      ],
      nextOffset: 2,
    });
    expect(await page({ limit: 2, offset: 2 })).toEqual({
      marks: [
        { id: "00000000", seq: 1 },
        { id: "00000001", seq: 2 },
      ],
      nextOffset: null,
    });
    expect(await page({ limit: 4 })).toMatchObject({ nextOffset: null });
    expect(await page({ limit: 4, offset: 9 })).toEqual({ marks: [], nextOffset: null });
  });

  test("T-DOS-06 reads no more bytes than it may, and pages through all there is", async () => {
    const store = createMemoryStore();
    const lines = Array.from({ length: 40 }, (_, index) =>
      line(user("x".repeat(index % 7 === 0 ? 5_000 : 10)), String(index).padStart(8, "0")),
    );
    await store.commit([{ type: "transcript.append", sessionId: "s", lines }]);
    const places: unknown[] = [];
    let pages = 0;
    for (let offset: number | null = 0; offset !== null; pages += 1) {
      const page = await readHistory(store, "s", { limit: 30, offset, maxBytes: 4_000 });
      places.unshift(...page.messages.map((message) => (message["__openclaw"] as { seq: number }).seq));
      offset = page.nextOffset;
    }
    expect(places).toEqual(lines.map((_, index) => index + 1));
    // Six large lines, each of which is more than a page may read, are pages of their own.
    expect(pages).toBeGreaterThan(6);
  });
});

describe("Agents.history", () => {
  test("of an unknown session is empty, of a running one names the run", async () => {
    await using t = await startTestAgents();
    expect(await t.agents.history("nosuch", { limit: 10 })).toEqual({
      sessionKey: "nosuch",
      messages: [],
      nextOffset: null,
      thinkingLevel: "off",
      activeRunIds: [],
    });
    await t.accept({ runId: "r", sessionKey: "main", message: "@say on its way\n@wait 60000" });
    await t.seen((event) => event.type === "assistant");
    expect(await t.agents.history("main", { limit: 10 })).toMatchObject({
      sessionKey: "main",
      messages: [{ role: "user" }],
      activeRunIds: ["r"],
      inFlightRun: { runId: "r", text: expect.stringMatching(/^on/u) },
    });
  });
});
