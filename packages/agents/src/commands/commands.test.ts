import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";
import { parseCommand } from "./command.ts";

describe("parseCommand", () => {
  test.each([
    ["/status", "status", ""],
    ["  /Status  ", "status", ""],
    ["/model: gpt", "model", "gpt"],
    ["/status@my_bot now", "status", "now"],
    ["/new line one\nline two", "new", "line one\nline two"],
  ])("takes %j apart", (text, name, args) => {
    expect(parseCommand(text)).toEqual({ name, args });
  });

  test.each(["status", "/", "/ status", "/1", "see /status", "//x", "/usr/bin"])(
    "leaves %j alone",
    (text) => {
      expect(parseCommand(text)).toBeUndefined();
    },
  );
});

describe("a command", () => {
  test("is answered without a model: one chat event, reply in the transcript, no question", async () => {
    await using t = await startTestAgents({ version: "1.2.3" });
    const handle = await t.accept({ runId: "r", sessionKey: "main", message: "/status" });
    const { text } = await handle.final;
    expect(text).toMatch(/^🦞 OpenClaw 1\.2\.3\n🧠 Model: builtin\/echo · 🔑 none \(built-in\)\n/u);
    expect(text).toContain("🧵 Session: agent:main:main • updated just now");
    expect(t.eventsOf("r")).toMatchObject([
      {
        type: "chat",
        state: "final",
        seq: 1,
        key: "main",
        text,
        injected: { provider: "openclaw", model: "gateway-injected", stopReason: "stop" },
      },
    ]);
    const lines = await t.store.transcript(handle.sessionId);
    expect(lines.map((line) => line.type)).toEqual(["session", "message"]);
  });

  test("is not part of what the model sees", async () => {
    await using t = await startTestAgents();
    await t.ask({ message: "/help" });
    expect((await t.ask({ message: "@say @count" })).text).toBe("1");
    const { messages } = await t.agents.history("main", { limit: 10 });
    expect(messages.map(({ role }) => role)).toEqual(["assistant", "user", "assistant"]);
  });

  test("is answered at once in a busy session, after the question there", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@wait 60000" });
    await t.accept({ message: "waiting" });
    expect((await t.ask({ message: "/status" })).text).toContain("🪢 Queue: collect (depth 1)");
    handle.abort("rpc");
    await handle.final;
    const lines = await t.store.transcript(handle.sessionId);
    for (const [index, line] of lines.entries()) {
      if (index > 1 && line.type !== "session") expect(line.parentId).toBe(lines[index - 1]?.id);
    }
  });

  test("shows usage and fallback of the session", async () => {
    await using t = await startTestAgents();
    await t.ask();
    const entry = await t.store.session("agent:main:main");
    await t.store.commit([
      {
        type: "session.put",
        entry: { ...entry!, fallbackNoticeActiveModel: "fake/m2", fallbackNoticeReason: "auth" },
      },
    ]);
    const { text } = await t.ask({ message: "/status" });
    expect(text).toMatch(/🧮 Tokens: \d+ in \/ 4 out/u);
    expect(text).toContain("↪️ Fallback: fake/m2 (auth)");
  });

  test("G17 shows where a key comes from, never the key", async () => {
    await using t = await startTestAgents({ env: { OPENAI_API_KEY: "sk-very-secret-key" } });
    const { text } = await t.ask({ message: "/status" });
    expect(text).toContain("🔑 api-key (OPENAI_API_KEY)");
    expect(text).not.toContain("secret");
  });

  test("tells the sender who it is, by id and name", async () => {
    await using t = await startTestAgents();
    const sender = { id: "gateway-client", name: "probe" };
    const { text } = await t.ask({ message: "/whoami", sender });
    expect(text).toBe(
      "🧭 Identity\nChannel: webchat\nUser id: gateway-client\nUsername: @probe\nAllowFrom: gateway-client",
    );
    expect((await t.ask({ message: "/id" })).text).toBe("🧭 Identity\nChannel: webchat");
  });

  test("nobody knows goes to the model as text", async () => {
    await using t = await startTestAgents();
    expect((await t.ask({ message: "/nosuchcmd please" })).text).toBe("You said: /nosuchcmd please");
  });

  test("of an `agent` or HTTP request is text", async () => {
    await using t = await startTestAgents();
    expect((await t.ask({ kind: "agent", message: "/status" })).text).toBe("You said: /status");
    expect((await t.ask({ kind: "http", message: "/help" })).text).toBe("You said: /help");
  });

  test("passes the send policy", async () => {
    await using t = await startTestAgents({ config: { session: { sendPolicy: { default: "deny" } } } });
    expect((await t.ask({ message: "/help" })).text).toMatch(/^ℹ️ Help/u);
    await expect(t.accept()).rejects.toMatchObject({ code: "blocked" });
  });
});
