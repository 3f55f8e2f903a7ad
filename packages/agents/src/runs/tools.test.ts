import { describe, expect, test } from "vitest";
import { scriptedModel, startTestAgents, type ScriptedCall } from "../testing/index.ts";
import type { ToolRegistry } from "../tools/registry.ts";

const tools: ToolRegistry = {
  list: () => [{ name: "greet", description: "Greets.", parameters: { type: "object" } }],
  call: async (name, args, context) => {
    if (name === "hang") return new Promise(() => undefined);
    if (name === "throw") throw new Error("out of order");
    if (name !== "greet") return Promise.resolve(undefined);
    const text = `hi ${JSON.stringify(args)} from ${context.sessionKey}`;
    return Promise.resolve({ content: [{ type: "text", text }], details: { secret: 1 }, meta: "greeted" });
  },
};

describe("the tool loop", () => {
  test("writes call and result down as they happen, in the shape of the transcript", async () => {
    await using t = await startTestAgents({ tools });
    const { text } = await t.ask({ message: '@tool greet {"n":1}\n@say @result' });
    expect(text).toBe('Calling greet.\n\nhi {"n":1} from agent:main:main');
    const entry = await t.store.session("agent:main:main");
    const lines = await t.store.transcript(entry?.sessionId ?? "");
    const messages = lines.flatMap((line) => (line.type === "message" ? [line] : []));
    expect(messages.map(({ message }) => message.role)).toEqual([
      "user",
      "assistant",
      "toolResult",
      "assistant",
    ]);
    expect(messages[1]?.message).toMatchObject({
      stopReason: "toolUse",
      content: [{ type: "text" }, { type: "toolCall" }],
    });
    expect(messages[2]?.message).toMatchObject({ toolName: "greet", isError: false, details: { secret: 1 } });
    for (const [index, line] of lines.entries()) {
      if (line.type === "session") continue;
      expect(line.parentId).toBe(index === 1 ? null : lines[index - 1]?.id);
      expect(line.id).toMatch(/^[0-9a-f]{8}$/u);
    }
  });

  test("calls several tools of one step one after the other", async () => {
    await using t = await startTestAgents({ tools });
    await t.ask({ runId: "r", message: '@tools [{"name":"greet"},{"name":"nope"}]\n@say ok' });
    const phases = t
      .eventsOf("r")
      .flatMap((event) => (event.type === "tool" ? [`${event.name} ${event.phase}`] : []));
    expect(phases).toEqual(["greet start", "greet result", "nope start", "nope result"]);
  });

  test("answers the model when a tool throws or gets no object", async () => {
    await using t = await startTestAgents({ tools });
    expect((await t.ask({ message: "@tool throw {}\n@say @result" })).payloads[1]?.text).toBe(
      '{"status":"error","tool":"throw","error":"out of order"}',
    );
    expect((await t.ask({ message: "@tool greet [1]\n@say @result" })).payloads[1]?.text).toContain(
      "must be a JSON object",
    );
  });

  test("ends with the run, even in a tool that hangs, and the next turn has an answer for the open call", async () => {
    await using t = await startTestAgents({ tools });
    const handle = await t.accept({ message: "@tool hang {}" });
    await t.seen((event) => event.type === "tool");
    handle.abort("rpc");
    expect(await handle.final).toMatchObject({ status: "aborted", text: "Calling hang." });
    const messages = (await t.store.transcript(handle.sessionId)).flatMap((line) =>
      line.type === "message" ? [line.message] : [],
    );
    expect(messages.map(({ role, content }) => [role, content.length])).toEqual([
      ["user", 1],
      ["assistant", 2],
      ["toolResult", 1],
      ["assistant", 0],
    ]);
    // User, call, result, user: the empty end of the cut run is no message.
    expect((await t.ask({ message: "@say @count" })).text).toBe("4");
  });

  test("offers the tools to the model and names them in the prompt", async () => {
    const model = scriptedModel(async function* () {
      yield await Promise.resolve({ type: "finish" as const, stopReason: "stop" as const });
    });
    await using t = await startTestAgents({ tools, providers: { "builtin-echo": model } });
    await t.ask({ extraSystemPrompt: "Speak like a pirate." });
    const [request] = model.requests;
    expect(request?.tools.map(({ name }) => name)).toEqual(["greet"]);
    expect(request?.system).toContain("- greet: Greets.");
    expect(request?.system).toContain("Speak like a pirate.");
    expect(request?.system.length).toBeLessThan(6000);
  });

  test("stops a model that never stops calling", async () => {
    const again: ScriptedCall = async function* () {
      yield await Promise.resolve({ type: "tool-call" as const, id: "c", name: "greet", arguments: {} });
      yield { type: "finish", stopReason: "toolUse" };
    };
    await using t = await startTestAgents({
      tools,
      limits: { modelCallsPerRun: 3 },
      providers: { "builtin-echo": scriptedModel(again) },
    });
    expect(await t.ask()).toMatchObject({
      status: "error",
      message: "The run was stopped after 3 model calls.",
    });
  });
});
