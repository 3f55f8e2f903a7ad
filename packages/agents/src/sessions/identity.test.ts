import { expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

test("an agent presents itself by its identity, its name, or as the assistant in general", async () => {
  await using t = await startTestAgents();
  expect(t.agents.identity()).toEqual({ agentId: "main", name: "Assistant", avatar: "A" });
  t.setConfig({ ui: { assistant: { name: "Robin" } } });
  expect(t.agents.identity()).toEqual({ agentId: "main", name: "Robin", avatar: "R" });
  t.setConfig({
    agents: {
      list: [
        { id: "main", name: "Ada" },
        { id: "ops", identity: { name: "Clawd", emoji: "🦞" } },
      ],
    },
  });
  expect(t.agents.identity()).toMatchObject({ name: "Ada", avatar: "A" });
  const ops = { agentId: "ops", name: "Clawd", avatar: "🦞", emoji: "🦞" };
  expect(t.agents.identity({ agentId: "ops" })).toEqual(ops);
  expect(t.agents.identity({ sessionKey: "agent:ops:x" })).toEqual(ops);
  expect(() => t.agents.identity({ agentId: "nope" })).toThrow('unknown agent id "nope"');
  expect(t.agents.tools("ops")).toEqual({ agentId: "ops", tools: [] });
});
