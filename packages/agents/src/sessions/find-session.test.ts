import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

describe("sessions.resolve", () => {
  test("finds a session by key, id or label", async () => {
    await using t = await startTestAgents();
    const { entry } = await t.agents.sessions.patch({ key: "Work" }, { label: "Tools" });
    const { resolve } = t.agents.sessions;
    expect(await resolve({ key: "agent:main:WORK" })).toBe("agent:main:work");
    expect(await resolve({ sessionId: entry.sessionId })).toBe("agent:main:work");
    expect(await resolve({ label: "Tools" })).toBe("agent:main:work");
    expect(await resolve({ label: "Tools", agentId: "main" })).toBe("agent:main:work");
  });

  test.each([
    [{}, "invalid_selector", "Either key, sessionId, or label is required"],
    [{ key: " " }, "invalid_selector", "Either key, sessionId, or label is required"],
    [{ key: "a", label: "b" }, "invalid_selector", "Provide either key, sessionId, or label (not multiple)"],
    [{ key: "agent:main:nope" }, "unknown_session", "No session found: agent:main:nope"],
    [{ sessionId: "x" }, "unknown_session", "No session found: x"],
    [{ label: "x" }, "unknown_session", "No session found with label: x"],
    [{ label: "Tools", spawnedBy: "agent:main:x" }, "unknown_session", "No session found with label: Tools"],
    [{ key: "agent:nope:x" }, "unknown_agent", 'unknown agent id "nope"'],
  ])("refuses %j: %s", async (selector, code, message) => {
    await using t = await startTestAgents();
    await t.agents.sessions.patch({ key: "work" }, { label: "Tools" });
    await expect(t.agents.sessions.resolve(selector)).rejects.toMatchObject({ code, message });
  });

  test("does not guess among several", async () => {
    await using t = await startTestAgents();
    for (const key of ["a", "b"]) await t.agents.sessions.patch({ key }, { label: key });
    for (const key of ["a", "b"]) {
      const entry = await t.store.session(`agent:main:${key}`);
      await t.store.commit([{ type: "session.put", entry: { ...entry!, label: "Same" } }]);
    }
    await expect(t.agents.sessions.resolve({ label: "Same" })).rejects.toMatchObject({
      code: "ambiguous_session",
      message: expect.stringContaining("Multiple sessions found with label: Same (agent:main:"),
    });
  });
});
