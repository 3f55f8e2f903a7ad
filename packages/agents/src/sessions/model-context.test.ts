import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../models/usage.ts";
import type { ContextMessage, ContextPart, ModelInfo } from "../models/types.ts";
import { contextOf, fitToModel } from "./model-context.ts";
import type { AssistantMessage, TranscriptLine, TranscriptMessage } from "./transcript.ts";

const timestamp = "2026-11-22T12:00:00.000Z";
const text = (words: string): ContextPart => ({ type: "text", text: words });

function assistant(content: readonly ContextPart[], o: Partial<AssistantMessage> = {}): AssistantMessage {
  const about = { api: "x", provider: "fake", model: "m", usage: NO_USAGE, timestamp: 1 };
  return { role: "assistant", content, stopReason: "stop", ...about, ...o };
}
const user = (words: string): TranscriptMessage => ({ role: "user", content: words, timestamp: 1 });
const result = (toolCallId: string): TranscriptMessage => ({
  ...{ role: "toolResult", toolCallId, toolName: "read", isError: false, timestamp: 1 },
  content: [text(`result of ${toolCallId}`)],
});
const call = (id: string): ContextPart => ({ type: "toolCall", id, name: "read", arguments: {} });

/** A transcript whose lines follow each other, with ids 1, 2, 3 … */
function chain(...messages: readonly TranscriptMessage[]): TranscriptLine[] {
  return messages.map((message, index) => ({
    type: "message",
    id: String(index + 1),
    parentId: index === 0 ? null : String(index),
    timestamp,
    message,
  }));
}
const brief = (lines: readonly TranscriptLine[]): string[] =>
  contextOf(lines).map(({ role, content }) => {
    const parts = content.map((part) =>
      part.type === "text" ? part.text : part.type === "toolCall" ? `call ${part.id}` : part.type,
    );
    return `${role}: ${parts.join(", ")}`;
  });

describe("contextOf", () => {
  test("is empty for a transcript without messages", () => {
    expect(brief([])).toEqual([]);
    expect(brief([{ type: "session", version: 3, id: "s", timestamp, cwd: "/" }])).toEqual([]);
  });

  test("leaves out what the model never said or what says nothing", () => {
    const lines = chain(
      user("a"),
      assistant([], { stopReason: "error" }),
      assistant([text("card")], { provider: "openclaw", model: "gateway-injected" }),
      assistant([{ type: "thinking", thinking: "hm" }, text("b")]),
    );
    expect(brief(lines)).toEqual(["user: a", "assistant: b"]);
  });

  test("answers calls nobody answered and drops results nobody asked for", () => {
    const lines = chain(
      user("a"),
      assistant([call("c1"), call("c2")]),
      result("c2"),
      result("c9"),
      user("b"),
      result("c1"),
    );
    expect(brief(lines)).toEqual([
      "user: a",
      "assistant: call c1, call c2",
      "toolResult: result of c2",
      "toolResult: No result: the run ended before the tool did.",
      "user: b",
    ]);
  });

  test("takes calls out of a reply that was cut short", () => {
    expect(brief(chain(user("a"), assistant([text("b"), call("c1")], { stopReason: "aborted" })))).toEqual([
      "user: a",
      "assistant: b",
    ]);
  });

  test("begins with the latest compaction and what it kept", () => {
    const lines = chain(user("a"), assistant([text("b")]), user("c"), assistant([text("d")]));
    const compaction: TranscriptLine = {
      ...{ type: "compaction", id: "5", parentId: "4", timestamp, tokensBefore: 9 },
      summary: "they said a and b",
      firstKeptEntryId: "3",
    };
    const after: TranscriptLine = { type: "message", id: "6", parentId: "5", timestamp, message: user("e") };
    expect(brief([...lines, compaction, after])).toEqual([
      "user: they said a and b",
      "user: c",
      "assistant: d",
      "user: e",
    ]);
  });

  test("follows the last line of a branched transcript to its root", () => {
    const lines = chain(user("a"), assistant([text("b")]), user("dead end"));
    const branch: TranscriptLine = {
      type: "message",
      id: "4",
      parentId: "2",
      timestamp,
      message: user("instead"),
    };
    expect(brief([...lines, branch])).toEqual(["user: a", "assistant: b", "user: instead"]);
  });

  test("takes the nearer of two lines with one id as parent, and never loops", () => {
    const message = (id: string, parentId: string | null, words: string): TranscriptLine => ({
      ...{ type: "message", id, parentId, timestamp },
      message: user(words),
    });
    expect(brief([message("1", null, "a"), message("1", "1", "b"), message("2", "1", "c")])).toEqual([
      "user: a",
      "user: b",
      "user: c",
    ]);
    expect(brief([message("1", "2", "a"), message("2", "1", "b")])).toEqual(["user: a", "user: b"]);
  });

  test("sends custom messages as the user's and skips lines it does not know", () => {
    const lines: TranscriptLine[] = [
      {
        type: "custom_message",
        id: "1",
        parentId: null,
        timestamp,
        customType: "x",
        content: "note",
        display: true,
      },
      { type: "label", id: "2", parentId: "1", timestamp, targetId: "1", label: "l" },
      { type: "custom", id: "3", parentId: "2", timestamp, customType: "x", data: 1 },
    ];
    expect(brief(lines)).toEqual(["user: note"]);
  });
});

describe("fitToModel", () => {
  const model: ModelInfo = {
    ...{ provider: "fake", id: "m", name: "m", contextWindow: 1000, maxTokens: 100, reasoning: false },
    input: ["text"],
  };
  const image: ContextPart = { type: "image", mimeType: "image/png", data: "AAAA" };

  test("shows images only to models that see", () => {
    const messages = [{ role: "user", content: [image] }] as const;
    expect(fitToModel(messages, model)[0]?.content).toEqual([text("[image omitted: image/png]")]);
    expect(fitToModel(messages, { ...model, input: ["text", "image"] })[0]?.content).toEqual([image]);
  });

  test("cuts tool results to their share of the window", () => {
    const long: ContextMessage = {
      ...{ role: "toolResult", toolCallId: "c", toolName: "t", isError: false },
      content: [text("x".repeat(5000))],
    };
    const [cut] = fitToModel([long], model);
    expect(cut?.content).toEqual([text(`${"x".repeat(1200)}\n...(truncated)...`)]);
    expect(fitToModel([{ role: "user", content: long.content }], model)[0]?.content).toEqual(long.content);
  });
});
