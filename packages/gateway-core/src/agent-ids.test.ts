import { createAgents } from "@openclaw/agents";
import { createMemoryStore } from "@openclaw/agents/testing";
import { slugAgentId } from "@openclaw/config";
import fc from "fast-check";
import { expect, test } from "vitest";

const character = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(..."abzAZ09-_") },
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
);

test("an agent is called the same where it is configured and where it runs", () => {
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 100, size: "max" }), (id) => {
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
