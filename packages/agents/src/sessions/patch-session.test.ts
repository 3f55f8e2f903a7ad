import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

const KEY = "agent:main:work";

describe("sessions.patch", () => {
  test("makes a session that does not exist, with the settings given", async () => {
    await using t = await startTestAgents();
    const patched = await t.agents.sessions.patch(
      { key: "work" },
      { label: "Work", thinkingLevel: "LOW", verboseLevel: "on", fastMode: "auto", category: "jobs" },
    );
    expect(patched).toMatchObject({
      key: KEY,
      entry: { label: "Work", thinkingLevel: "low", verboseLevel: "on", fastMode: "auto", category: "jobs" },
      resolved: { modelProvider: "builtin", model: "echo" },
    });
    expect(await t.store.session(KEY)).toMatchObject({ sessionId: patched.entry.sessionId, label: "Work" });
  });

  test("shows nothing of an entry that is only bookkeeping", async () => {
    await using t = await startTestAgents();
    await t.ask({ sessionKey: "work" });
    const { entry } = await t.agents.sessions.patch({ key: KEY }, { verboseLevel: "off" });
    const names = ["key", "titleText", "lastMessagePreview", "notedModel", "notedThinking"];
    expect(Object.keys(entry).filter((name) => names.includes(name))).toEqual([]);
    expect(entry).toMatchObject({ verboseLevel: "off", systemSent: true });
  });

  test("clears a setting with null and leaves what is not named", async () => {
    await using t = await startTestAgents();
    await t.agents.sessions.patch({ key: KEY }, { label: "A", reasoningLevel: "stream", sendPolicy: "deny" });
    const { entry } = await t.agents.sessions.patch({ key: KEY }, { reasoningLevel: null, label: null });
    expect(entry).not.toHaveProperty("reasoningLevel");
    expect(entry).not.toHaveProperty("label");
    expect(entry["sendPolicy"]).toBe("deny");
  });

  test.each([
    [{ thinkingLevel: "bogus" }, "invalid thinkingLevel (use off|minimal|low|medium|high)"],
    [{ elevatedLevel: "sometimes" }, "invalid elevatedLevel (use on|off|ask|full)"],
    [{ execHost: "moon" }, "invalid execHost (use sandbox|gateway|node)"],
    [{ execNode: " " }, "invalid execNode (use a name)"],
    [{ model: " " }, "invalid model:  "],
    [{ spawnedBy: "agent:main:main" }, "spawnedBy is only supported for subagent:* sessions"],
  ])("refuses %j and changes nothing", async (patch, message) => {
    await using t = await startTestAgents();
    await expect(t.agents.sessions.patch({ key: KEY }, { label: "L", ...patch })).rejects.toMatchObject({
      code: "invalid_setting",
      message,
    });
    expect(await t.store.session(KEY)).toBeUndefined();
  });

  test("gives no label twice, even to two who ask at once", async () => {
    await using t = await startTestAgents();
    const label = (key: string) => t.agents.sessions.patch({ key }, { label: "Same" });
    const outcomes = await Promise.allSettled([label("a"), label("b")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(outcomes[1]).toMatchObject({
      reason: { code: "label_taken", message: "label already in use: Same" },
    });
    await expect(label("a")).resolves.toMatchObject({ key: "agent:main:a" });
  });

  test("chooses a model by name, and none by naming the default", async () => {
    await using t = await startTestAgents();
    const model = async (name: string | null) =>
      (await t.agents.sessions.patch({ key: KEY }, { model: name })).resolved.model;
    expect(await model("builtin/echo-small")).toBe("echo-small");
    expect((await t.ask({ sessionKey: "work", message: "@say @model" })).text).toBe("builtin/echo-small");
    expect(await model("builtin/echo")).toBe("echo");
    expect(await t.store.session(KEY)).not.toHaveProperty("modelOverride");
    await model("builtin/echo-small");
    expect(await model(null)).toBe("echo");
  });

  test("refuses a model that is not on the list", async () => {
    await using t = await startTestAgents({
      config: { agents: { defaults: { models: { "builtin/echo": {} } } } },
    });
    await expect(
      t.agents.sessions.patch({ key: KEY }, { model: "builtin/echo-small" }),
    ).rejects.toMatchObject({ code: "model_not_allowed", message: "model not allowed: builtin/echo-small" });
  });

  test("says once where a sub-agent comes from", async () => {
    await using t = await startTestAgents();
    const key = "agent:main:subagent:1";
    const patch = (spawnedBy: string | null) =>
      t.agents.sessions.patch({ key }, { spawnedBy, spawnDepth: 1 });
    expect((await patch("agent:main:main")).entry).toMatchObject({
      spawnedBy: "agent:main:main",
      spawnDepth: 1,
    });
    await expect(patch("agent:main:main")).resolves.toBeDefined();
    await expect(patch("agent:main:other")).rejects.toThrow("spawnedBy cannot be changed once set");
    await expect(patch(null)).rejects.toThrow("spawnedBy cannot be cleared once set");
  });

  test("keeps no session alive that its reset policy ends", async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    await using t = await startTestAgents({ now: () => now });
    const { sessionId } = await t.accept({ sessionKey: "work" }).then(async (run) => {
      await run.final;
      return run;
    });
    now += 86_400_000;
    await t.agents.sessions.patch({ key: KEY }, { label: "still old" });
    expect((await t.accept({ sessionKey: "work" })).sessionId).not.toBe(sessionId);
  });
});
