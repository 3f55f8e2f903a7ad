import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

describe("sessions.preview", () => {
  test("shows the last messages of each session, cut short, and what there is not", async () => {
    await using t = await startTestAgents();
    t.agents.systemEvents.enqueue("a note that is no part of the message", { sessionKey: "work" });
    await t.ask({ sessionKey: "work", message: `first ${"x".repeat(100)}` });
    await t.ask({ sessionKey: "work", message: "second" });
    await t.agents.sessions.patch({ key: "blank" }, { label: "blank" });
    const previews = await t.agents.sessions.preview({
      keys: ["work", "blank", "nope", "agent:nope:x"],
      limit: 4,
      maxChars: 20,
    });
    expect(previews).toEqual([
      {
        key: "work",
        status: "ok",
        items: [
          { role: "user", text: "first xxxxxxxxxxx..." },
          { role: "assistant", text: "You said: first x..." },
          { role: "user", text: "second" },
          { role: "assistant", text: "You said: second" },
        ],
      },
      { key: "blank", status: "empty", items: [] },
      { key: "nope", status: "missing", items: [] },
      { key: "agent:nope:x", status: "error", items: [] },
    ]);
  });

  test("tells a session that cannot be read from the others", async () => {
    await using t = await startTestAgents();
    await t.ask({ sessionKey: "a" });
    const { transcript } = t.store;
    t.store.transcript = (id, query) =>
      query?.limit === 62 ? Promise.reject(new Error("disk")) : transcript(id, query);
    const [a, b] = await t.agents.sessions.preview({ keys: ["a", "b"], limit: 12, maxChars: 240 });
    expect([a?.status, b?.status]).toEqual(["error", "missing"]);
  });
});
