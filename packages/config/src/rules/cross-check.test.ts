import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { validateConfig } from "../validate.ts";

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
    [
      "a heartbeat for a channel nobody knows",
      {
        agents: {
          defaults: { heartbeat: { target: "pigeon" } },
          list: [
            { id: "a", heartbeat: { target: "last" } },
            { id: "b", heartbeat: { target: "Owl" } },
          ],
        },
      },
      [
        "agents.defaults.heartbeat.target: unknown heartbeat target: pigeon",
        "agents.list.1.heartbeat.target: unknown heartbeat target: Owl",
      ],
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

describe("a picture of an agent", () => {
  const issueOf = (avatar: string, workspace?: string) =>
    issuesOf({ agents: { list: [{ id: "a", ...(workspace && { workspace }), identity: { avatar } }] } });

  test.each([
    ["a file of the workspace", "avatars/a.png", undefined],
    ["a file that is named over a detour", "avatars/../a.png", undefined],
    ["a file of a workspace by its whole path", "/w/a/avatar.png", "/w/a"],
    ["an address", "https://example.test/a.png", undefined],
    ["the picture itself", "data:image/png;base64,AAAA", undefined],
    ["a sign", "🦞", undefined],
  ])("may be %s", (_what, avatar, workspace) => expect(issueOf(avatar, workspace)).toEqual([]));

  test.each([
    ["a file above the workspace", "../secret.png", "/w/a"],
    ["a file above it over a detour", "x/../../secret.png", undefined],
    ["a file elsewhere", "/etc/passwd", "/w/a"],
    ["a file elsewhere, where the workspace is the standard one", "/etc/passwd", undefined],
    [
      "a file by its whole path, where the workspace is the standard one",
      resolve("workspace/a.png"),
      undefined,
    ],
    ["a file of a neighbour whose name begins alike", "/w/ab/a.png", "/w/a"],
    ["a file of the home folder", "~/a.png", undefined],
    ["a file by its address", "file:///etc/passwd", undefined],
    ["a program", "javascript:alert(1)", undefined],
    ["a file of another machine", "\\\\host\\share\\a.png", undefined],
  ])("must not be %s", (_what, avatar, workspace) =>
    expect(issueOf(avatar, workspace)).toEqual([
      "agents.list.0.identity.avatar: avatar must be a path inside the workspace, an http(s) URL or a data URI",
    ]),
  );
});
