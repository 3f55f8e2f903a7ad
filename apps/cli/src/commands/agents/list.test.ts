import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";

const CONFIG = {
  agents: {
    list: [
      { id: "ops", name: "Operations", workspace: "/w" },
      { id: "desk", default: true },
    ],
  },
  bindings: [
    { agentId: "ops", match: { channel: "telegram", accountId: "a", peer: { kind: "group", id: "-100" } } },
  ],
};

describe("agents list", () => {
  test("lists what is configured, the default agent first, without a gateway", async () => {
    await using home = await createTestHome();
    await home.configure(CONFIG);
    const { code, stdout } = await home.openclaw(["agents", "list", "--json"]);
    const state = join(home.home, ".openclaw");
    const agentDir = (id: string) => join(state, "agents", id, "agent");
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      [
        {
          id: "desk",
          workspace: join(state, "workspace"),
          agentDir: agentDir("desk"),
          bindings: 0,
          isDefault: true,
          routes: ["default (no explicit rules)"],
        },
        {
          id: "ops",
          name: "Operations",
          workspace: "/w",
          agentDir: agentDir("ops"),
          bindings: 1,
          isDefault: false,
          routes: ["telegram"],
        },
      ],
    ]);
  });

  test("--bindings adds which chats an agent answers", async () => {
    await using home = await createTestHome();
    await home.configure(CONFIG);
    const rule = "telegram accountId=a peer=group:-100";
    const text = await home.openclaw(["agents", "list", "--bindings"]);
    expect(text.stdout).toBe(
      [
        "Agents:",
        "- desk (default)",
        "  Workspace: ~/.openclaw/workspace",
        "  Routing rules: 0",
        "  Routing: default (no explicit rules)",
        "- ops · Operations",
        "  Workspace: /w",
        "  Routing rules: 1",
        "  Routing: telegram",
        `  - ${rule}`,
        "",
      ].join("\n"),
    );
    const json = await home.openclaw(["agents", "list", "--bindings", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject([{ rules: [] }, { rules: [rule] }]);
  });
});
