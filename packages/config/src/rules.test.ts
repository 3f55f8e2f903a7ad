import { describe, expect, test } from "vitest";
import { validateConfig } from "./validate.ts";

function issuesOf(tree: unknown): readonly string[] {
  const result = validateConfig(tree);
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`);
}

describe("crossCheck", () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      "two agents of one id",
      { agents: { list: [{ id: "a" }, { id: "A" }] } },
      ["agents.list: Duplicate agent id: a"],
    ],
    [
      "two agents in one folder",
      {
        agents: {
          list: [
            { id: "a", agentDir: "/x" },
            { id: "b", agentDir: "/x" },
          ],
        },
      },
      ["agents.list: Duplicate agentDir detected (multi-agent config). /x is used by several agents."],
    ],
    [
      "a broadcast to nobody",
      { agents: { list: [{ id: "a" }] }, broadcast: { strategy: "parallel", "group:1": ["a", "ghost"] } },
      ['broadcast.group:1: Unknown agent id "ghost" (not in agents.list).'],
    ],
    ["a channel nobody knows", { channels: { pigeon: {} } }, ["channels.pigeon: unknown channel id: pigeon"]],
    [
      "an open channel that does not say so",
      { channels: { irc: { dmPolicy: "open", allowFrom: ["me"] } } },
      ['channels.irc.allowFrom: channels.irc.dmPolicy="open" requires channels.irc.allowFrom to include "*"'],
    ],
    [
      "an open account that does not say so",
      { channels: { irc: { accounts: { a: { dmPolicy: "open" } } } } },
      [
        'channels.irc.accounts.a.allowFrom: channels.irc.accounts.a.dmPolicy="open" requires channels.irc.accounts.a.allowFrom to include "*"',
      ],
    ],
    [
      "two lists of tools in one scope",
      { agents: { list: [{ id: "a", tools: { allow: ["x"], alsoAllow: ["y"] } }] } },
      ["agents.list.0.tools: allow and alsoAllow cannot both be set; use one of them"],
    ],
    [
      "two named tokens of one name",
      {
        gateway: {
          auth: { tokens: ["a", "b", "a"].map((name) => ({ name, hash: `sha256:${"0".repeat(64)}` })) },
        },
      },
      ["gateway.auth.tokens: Duplicate token name: a"],
    ],
  ])("reports %s", (_title, tree, issues) => {
    expect(issuesOf(tree)).toEqual(issues);
  });

  test.each<[string, unknown]>([
    ["a broadcast to the implicit agent", { broadcast: { "group:1": ["main"] } }],
    ["an open channel that allows everybody", { channels: { irc: { dmPolicy: "open", allowFrom: ["*"] } } }],
    [
      "an open account that inherits the wildcard",
      { channels: { irc: { allowFrom: ["*"], accounts: { a: { dmPolicy: "open" } } } } },
    ],
    ["reserved channel keys", { channels: { defaults: {}, modelByChannel: { irc: { "#a": "x/y" } } } }],
    ["an empty second list of tools", { tools: { allow: ["x"], alsoAllow: [] } }],
  ])("accepts %s", (_title, tree) => {
    expect(issuesOf(tree)).toEqual([]);
  });
});
