import { describe, expect, test } from "vitest";
import { buildPrompt } from "./prompt.ts";

const user = (content: unknown) => ({ role: "user", content });

describe("buildPrompt", () => {
  test("passes a single message on unchanged", () => {
    expect(buildPrompt([user("  hi\nthere ")])).toEqual({ message: "  hi\nthere " });
  });

  test("adds system and developer messages to the system prompt, in order", () => {
    const messages = [
      { role: "system", content: "SYS-A" },
      user("hi"),
      { role: "developer", content: "DEV-B" },
    ];
    expect(buildPrompt(messages)).toEqual({ message: "hi", extraSystemPrompt: "SYS-A\n\nDEV-B" });
  });

  test("quotes earlier messages under their senders", () => {
    const messages = [
      user("first"),
      { role: "assistant", content: "reply" },
      { role: "tool", name: "calc", content: "42" },
      { role: "function", content: "43" },
      user([
        { type: "text", text: "part1" },
        { type: "image_url" },
        { type: "input_text", text: "part2" },
        { input_text: "part3" },
      ]),
    ];
    expect(buildPrompt(messages)?.message).toBe(
      [
        "[Chat messages since your last reply - for context]",
        "User: first",
        "Assistant: reply",
        "Tool:calc: 42",
        "Tool: 43",
        "",
        "[Current message - respond to this]",
        "User: part1\npart2\npart3",
      ].join("\n"),
    );
  });

  test("answers the last user or tool message and drops what follows it", () => {
    const messages = [
      user("a"),
      { role: "tool", content: "result" },
      { role: "assistant", content: "prefill" },
    ];
    expect(buildPrompt(messages)?.message).toMatch(/User: a\n\n.*\nTool: result$/);
  });

  test("falls back to the last message when nobody asked", () => {
    const messages = [
      { role: "assistant", content: "one" },
      { role: "assistant", content: "two" },
    ];
    expect(buildPrompt(messages)?.message).toMatch(/Assistant: one\n\n.*\nAssistant: two$/);
    expect(buildPrompt([{ role: "assistant", content: "one" }])).toEqual({ message: "one" });
  });

  test.each([
    [undefined],
    ["hi"],
    [[]],
    [[null, 1, "x"]],
    [[{ role: "assistant", content: null }]],
    [[{ role: "toString", content: "x" }]],
  ])("finds nothing to answer in %j", (messages) => {
    expect(buildPrompt(messages)).toBeUndefined();
  });
});
