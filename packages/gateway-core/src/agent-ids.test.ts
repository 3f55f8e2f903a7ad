import { createAgents } from "@openclaw/agents";
import { createMemoryStore } from "@openclaw/agents/testing";
import { slugAgentId } from "@openclaw/config";
import fc from "fast-check";
import { expect, test } from "vitest";

test("an agent is called the same where it is configured and where it runs", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (id) => {
      const agents = createAgents({
        store: createMemoryStore(),
        config: () => ({ agents: { list: [{ id }] } }),
        env: {},
        workspaceDir: () => "/w",
      });
      expect(agents.agentsList().defaultId).toBe(slugAgentId(id));
    }),
    { seed: 20261123, numRuns: 500 },
  );
});
