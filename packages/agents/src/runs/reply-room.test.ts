import { describe, expect, test } from "vitest";
import { scriptedModel, startTestAgents } from "../testing/index.ts";
import type { ModelEvent } from "../models/types.ts";

const SCRIPTED = {
  models: {
    providers: { p: { api: "openai-completions", baseUrl: "http://x", apiKey: "k", models: [{ id: "m" }] } },
  },
  agents: { defaults: { model: "p/m" } },
};

/** A model that says the same for ever, and tells when it was let go. */
function endless(event: ModelEvent) {
  const seen = { isLetGo: false };
  const model = scriptedModel(async function* () {
    try {
      for (;;) yield await Promise.resolve(event);
    } finally {
      seen.isLetGo = true;
    }
  });
  return { model, seen };
}

describe("a model that never stops", () => {
  test.each<[string, ModelEvent, string]>([
    ["talking", { type: "text", delta: "x".repeat(999) }, "x".repeat(10_000)],
    ["thinking", { type: "thinking", delta: "x".repeat(999) }, ""],
    ["filling in a tool call", { type: "tool-input", id: "1", name: "t", delta: "x".repeat(999) }, ""],
  ])("T-DOS-06 %s is cut off at the limit of its run", async (_, event, text) => {
    const { model, seen } = endless(event);
    await using t = await startTestAgents({
      config: SCRIPTED,
      providers: { "openai-completions": model },
      limits: { runReplyChars: 10_000 },
    });
    expect(await t.ask({ message: "hi" })).toMatchObject({ status: "ok", stopReason: "length", text });
    expect(seen.isLetGo).toBe(true);
  });

  test("T-DOS-06 no character is cut in two", async () => {
    const { model } = endless({ type: "text", delta: "😀" });
    await using t = await startTestAgents({
      config: SCRIPTED,
      providers: { "openai-completions": model },
      limits: { runReplyChars: 5 },
    });
    expect((await t.ask({ message: "hi" })).text).toBe("😀😀");
  });
});
