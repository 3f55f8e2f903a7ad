import { describe, expect, test } from "vitest";

import { createTestSite } from "../../testing/gateway.ts";

const ROW = { key: "agent:main:main", kind: "direct", updatedAt: 880_000, totalTokensFresh: true };
const list = (sessions: readonly object[], more: object = {}) => ({
  ts: 1_000_000,
  path: "/state/gateway.sqlite",
  count: sessions.length,
  defaults: { modelProvider: "builtin", model: "echo", contextTokens: 32_000 },
  sessions,
  ...more,
});

describe("sessions", () => {
  test("shows the default agent's as a table, or those of another agent or of all", async () => {
    const rows = [
      { ...ROW, model: "echo", totalTokens: 12 },
      { ...ROW, key: "agent:main:new", updatedAt: null },
    ];
    await using site = await createTestSite({ "sessions.list": () => list(rows) });
    const { code, stdout } = await site.openclaw(["sessions"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Sessions of main: 2\n┌/);
    expect(stdout).toMatch(/agent:main:main +│ direct │ 2m ago +│ echo +│ 12 +│/);
    expect(stdout).toMatch(/agent:main:new +│ direct │ unknown │ unknown │ unknown │/);
    await site.openclaw(["sessions", "--agent", "ops", "--active", "60"]);
    expect((await site.openclaw(["sessions", "--all-agents"])).stdout).toMatch(/^Sessions of all agents: /);
    expect(site.gateway.requests.map(({ params }) => params)).toEqual([
      { agentId: "main" },
      { agentId: "ops", activeMinutes: 60 },
      {},
    ]);
  });

  test("T-WEB-10 a session cannot repaint the terminal by its key", async () => {
    const key = "agent:main:\u001b[2Kgone";
    await using site = await createTestSite({ "sessions.list": () => list([{ ...ROW, key }]) });
    expect((await site.openclaw(["sessions"])).stdout).toContain("agent:main:\\u{1b}[2Kgone");
  });

  test("says when there are more than are shown", async () => {
    await using site = await createTestSite({ "sessions.list": () => list([ROW], { totalCount: 40_000 }) });
    expect((await site.openclaw(["sessions"])).stdout).toMatch(/^Sessions of main: the newest 1 of 40000\n/);
  });

  test("--json has the keys scripts know", async () => {
    await using site = await createTestSite({ "sessions.list": () => list([ROW]) });
    const { stdout } = await site.openclaw(["sessions", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      path: "/state/gateway.sqlite",
      count: 1,
      totalCount: 1,
      activeMinutes: null,
      sessions: [ROW],
    });
  });

  test.each([["0"], ["soon"]])("refuses --active %s", async (value) => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["sessions", "--active", value]);
    expect([code, stderr]).toEqual([1, `Error: invalid --active: ${value} (use minutes)\n`]);
  });
});
