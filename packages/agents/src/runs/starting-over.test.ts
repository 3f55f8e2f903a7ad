import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const day = 86_400_000;
const admin = { mayReset: true };

describe("a session", () => {
  test("starts over by itself after the daily hour, keeping its name and place only", async () => {
    let now = noon;
    await using t = await startTestAgents({ now: () => now });
    const first = await t.accept();
    await first.final;
    const entry = await t.store.session("agent:main:main");
    await t.store.commit([
      {
        type: "session.put",
        entry: {
          ...entry!,
          label: "Home",
          thinkingLevel: "high",
          providerOverride: "builtin",
          modelOverride: "echo",
        },
      },
    ]);
    now += day;
    const second = await t.accept({ message: "@say @count" });
    expect((await second.final).text).toBe("1");
    expect(second.sessionId).not.toBe(first.sessionId);
    const after = await t.store.session("agent:main:main");
    expect(after).toMatchObject({
      label: "Home",
      lastChannel: "webchat",
      createdAt: noon,
      sessionStartedAt: now,
    });
    expect(after).not.toHaveProperty("thinkingLevel");
    expect(after).not.toHaveProperty("modelOverride");
    expect(await t.store.transcript(first.sessionId)).not.toEqual([]);
  });

  test("goes on where it was before that hour", async () => {
    let now = noon;
    await using t = await startTestAgents({ now: () => now });
    const first = await t.accept();
    await first.final;
    now += 3_600_000;
    expect((await t.accept()).sessionId).toBe(first.sessionId);
  });
});

describe("/new and /reset", () => {
  test.each(["/new", "/reset", "/NEW"])(
    "%j starts over with a greeting, keeping settings",
    async (message) => {
      await using t = await startTestAgents();
      const first = await t.accept();
      await first.final;
      const entry = await t.store.session("agent:main:main");
      await t.store.commit([
        { type: "session.put", entry: { ...entry!, thinkingLevel: "high", label: "Home" } },
      ]);
      const second = await t.accept({ ...admin, message });
      expect((await second.final).text).toBe("Hello. New session.");
      expect(second.sessionId).not.toBe(first.sessionId);
      expect(await t.store.session("agent:main:main")).toMatchObject({
        thinkingLevel: "high",
        label: "Home",
      });
      expect((await t.store.session("agent:main:main"))?.titleText).toBeUndefined();
    },
  );

  test("run the rest as the first message", async () => {
    await using t = await startTestAgents();
    await t.ask({ message: "old" });
    expect((await t.ask({ ...admin, message: "/new first words" })).text).toBe("You said: first words");
    expect((await t.ask({ ...admin, kind: "agent", message: "/reset\n@say @count" })).text).toBe("1");
  });

  test("with a model go on with that model", async () => {
    await using t = await startTestAgents();
    await t.ask({ ...admin, message: "/new builtin/echo-small" });
    expect((await t.ask({ message: "@say @model" })).text).toBe("builtin/echo-small");
  });

  test("end what was going on in the session", async () => {
    await using t = await startTestAgents();
    const running = await t.accept({ message: "@wait 60000" });
    const fresh = await t.accept({ ...admin, message: "/new" });
    expect(await running.final).toMatchObject({ status: "aborted", stopReason: "reset" });
    expect((await fresh.final).text).toBe("Hello. New session.");
  });

  test("T-AZ-03 are refused to callers who may not reset, whatever the door", async () => {
    await using t = await startTestAgents();
    for (const kind of ["chat", "agent"] as const) {
      await expect(t.accept({ kind, message: "/reset" })).rejects.toMatchObject({
        code: "reset_forbidden",
        message: "missing scope: operator.admin",
      });
    }
    expect((await t.ask({ kind: "http", message: "/reset" })).text).toBe("You said: /reset");
  });

  test("are words like any other when other triggers are configured", async () => {
    await using t = await startTestAgents({ config: { session: { resetTriggers: ["/fresh"] } } });
    expect((await t.ask({ message: "/new" })).text).toBe("You said: /new");
    expect((await t.ask({ ...admin, message: "/fresh" })).text).toBe("Hello. New session.");
    expect((await t.ask({ message: "/freshness" })).text).toBe("You said: /freshness");
  });
});

describe("system events", () => {
  test("come before the next message of their session, once, and not into its history", async () => {
    await using t = await startTestAgents({ now: () => noon });
    t.agents.systemEvents.enqueue("Node phone connected.", { contextKey: "node:phone" });
    t.agents.systemEvents.enqueue("Other session.", { sessionKey: "other" });
    expect(t.agents.systemEvents.peek()).toEqual(["Node phone connected."]);
    const handle = await t.accept({ message: "hi" });
    expect((await handle.final).text).toBe("You said: hi");
    const lines = await t.store.transcript(handle.sessionId);
    expect(JSON.stringify(lines)).toContain(
      "System: [2026-11-22 12:00:00 UTC] Node phone connected.\\n\\n[Sun 2026-11-22 12:00 UTC] hi",
    );
    expect(t.agents.systemEvents.peek()).toEqual([]);
    expect(t.agents.systemEvents.peek("other")).toEqual(["Other session."]);
    const { messages } = await t.agents.history("main", { limit: 1 });
    expect(messages).toMatchObject([{ content: [{ text: "You said: hi" }] }]);
  });

  test("stay when the message they belong to could not be saved", async () => {
    await using t = await startTestAgents();
    t.agents.systemEvents.enqueue("keep me");
    t.store.beforeCommit = () => Promise.reject(new Error("disk"));
    await expect(t.accept()).rejects.toMatchObject({ code: "store_failed" });
    expect(t.agents.systemEvents.peek()).toEqual(["keep me"]);
  });
});
