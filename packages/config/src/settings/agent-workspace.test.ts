import { describe, expect, test } from "vitest";
import { agentWorkspace } from "./agent-workspace.ts";

const paths = { stateDir: "/state", workspaceDir: "/state/workspace" };

describe("agentWorkspace", () => {
  test.each([
    ["the one there is without a list", {}, "main", "/state/workspace"],
    ["that of the defaults, for the default agent", { defaults: { workspace: "/w" } }, "main", "/w"],
    [
      "its own before that of the defaults",
      { list: [{ id: "Ops", workspace: "/o" }], defaults: { workspace: "/w" } },
      "ops",
      "/o",
    ],
    [
      "the flagged agent as the default one",
      { list: [{ id: "a" }, { id: "b", default: true }] },
      "b",
      "/state/workspace",
    ],
    [
      "a folder of its own for any other",
      { list: [{ id: "a" }, { id: "b", default: true }] },
      "a",
      "/state/workspace-a",
    ],
  ])("takes %s", (_, agents, agentId, expected) => {
    expect(agentWorkspace({ agents }, paths, agentId)).toBe(expected);
  });
});
