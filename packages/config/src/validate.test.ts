import { describe, expect, test } from "vitest";
import { validateConfig } from "./validate.ts";

function issuesOf(tree: unknown): readonly string[] {
  const result = validateConfig(tree);
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path || "<root>"}: ${message}`);
}

describe("validateConfig", () => {
  test("accepts an empty configuration and $schema", () => {
    expect(validateConfig({ $schema: "https://x/schema.json" })).toEqual({
      ok: true,
      config: { $schema: "https://x/schema.json" },
    });
  });

  test("reports a wrong type in the reference's words, before the unknown keys of the section", () => {
    expect(issuesOf({ gateway: { bogus: 1, port: "x" } })).toEqual([
      "gateway.port: Invalid input: expected number, received string",
      'gateway: Unrecognized key: "bogus"',
    ]);
  });

  test("says of a value out of place what may stand there and what does", () => {
    const result = validateConfig({ gateway: { port: "x", bind: 7 } });
    expect(result.ok ? [] : result.issues).toMatchObject([
      { path: "gateway.port", expected: "number", received: "string" },
      {
        path: "gateway.bind",
        expected: 'one of "auto"|"lan"|"loopback"|"custom"|"tailnet"',
        received: "number",
      },
    ]);
  });

  test.each<[string, unknown, readonly string[]]>([
    ["several unknown keys of one object", { a: 1, b: 2 }, ['<root>: Unrecognized keys: "a", "b"']],
    ["a root that is no object", 7, ["<root>: Invalid input: expected object, received number"]],
    [
      "a list where keys belong",
      { session: [] },
      ["session: Invalid input: expected object, received array"],
    ],
    ["null", { gateway: null }, ["gateway: Invalid input: expected object, received null"]],
    [
      "a word that is not among the choices",
      { gateway: { bind: "wan" } },
      ['gateway.bind: Invalid input: expected one of "auto"|"lan"|"loopback"|"custom"|"tailnet"'],
    ],
    [
      "a missing key",
      { bindings: [{ agentId: "a" }] },
      ["bindings.0.match: Invalid input: expected object, received undefined"],
    ],
    [
      "a wrong type that several types would fit",
      { agents: { defaults: { model: 3 } } },
      ["agents.defaults.model: Invalid input: expected string or object, received number"],
    ],
    [
      "a mistake inside the alternative that was meant",
      { agents: { defaults: { model: { primary: 3 } } } },
      ["agents.defaults.model.primary: Invalid input: expected string, received number"],
    ],
    [
      "an unknown key inside the alternative that was meant",
      { agents: { list: [{ id: "a", model: { primary: "x", nope: 1 } }] } },
      ['agents.list.0.model: Unrecognized key: "nope"'],
    ],
    [
      "a fraction where a count belongs",
      { gateway: { port: 1.5 } },
      ["gateway.port: Invalid input: expected int, received number"],
    ],
    [
      "a number below the bounds",
      { gateway: { port: 0 } },
      ["gateway.port: Too small: expected number to be >=1"],
    ],
    [
      "a port beyond the range",
      { gateway: { port: 70_000 } },
      ["gateway.port: Too big: expected number to be <=65535"],
    ],
    [
      "named tokens that could never admit anybody",
      {
        gateway: {
          auth: {
            tokens: [
              { name: "CI!", hash: `sha256:${"0".repeat(64)}` },
              { name: "ci", hash: "oct_ci_clear-text" },
              { name: "late", hash: `sha256:${"0".repeat(64)}`, expiresAt: "tomorrow" },
              { name: "far", hash: `sha256:${"0".repeat(64)}`, cidr: ["10.0.0.0/8", "everywhere"] },
            ],
          },
        },
      },
      [
        "gateway.auth.tokens.0.name: invalid token name (use a-z, 0-9, -; at most 32)",
        "gateway.auth.tokens.1.hash: invalid token hash (use sha256:<64 hex digits>)",
        "gateway.auth.tokens.2.expiresAt: invalid time (use an ISO 8601 timestamp)",
        "gateway.auth.tokens.3.cidr.1: invalid address (use an IP address or a CIDR block)",
      ],
    ],
    [
      "a bool-like string (T-CFG-13)",
      { cron: { enabled: "on" } },
      ["cron.enabled: Invalid input: expected boolean, received string"],
    ],
    [
      "a bad duration",
      { agents: { defaults: { heartbeat: { every: "soon" } } } },
      ["agents.defaults.heartbeat.every: invalid duration (use ms, s, m, h)"],
    ],
    [
      "24:00 as start",
      { agents: { defaults: { heartbeat: { activeHours: { start: "24:00" } } } } },
      ["agents.defaults.heartbeat.activeHours.start: invalid time (start cannot be 24:00)"],
    ],
    [
      "a bad size",
      { cron: { runLog: { maxBytes: "1 liter" } } },
      ["cron.runLog.maxBytes: invalid size (use b, kb, mb, gb, tb)"],
    ],
    ["a bad color", { ui: { seamColor: "red" } }, ["ui.seamColor: expected hex color (RRGGBB)"]],
    [
      "a webhook that is no URL",
      { cron: { webhook: "ftp://x" } },
      ["cron.webhook: Expected http:// or https:// URL"],
    ],
  ])("reports %s", (_title, tree, issues) => {
    expect(issuesOf(tree)).toEqual(issues);
  });

  test.each(["../evil", "/etc/x.js", "~/x.js", "a/../../b", "C:\\x.js", "file:///x", "..", "a\\..\\b"])(
    "T-CFG-04 refuses the module path %s",
    (module) => {
      expect(issuesOf({ hooks: { mappings: [{ transform: { module } }] } })).toEqual([
        "hooks.mappings.0.transform.module: invalid module (use a relative path inside the transforms folder)",
      ]);
    },
  );

  test.each(["../x", "a/b", "", ".hidden", "a b", "a".repeat(65), "a\0"])(
    "T-CFG-15 refuses the agent id %j",
    (id) => {
      expect(issuesOf({ agents: { list: [{ id }] } })).toHaveLength(1);
    },
  );

  test("keeps sections it does not know yet as they are", () => {
    const tree = {
      talk: { voice: { id: [1, { deep: true }] } },
      web: { reconnect: { factor: 1.4 } },
      meta: { a: 1 },
    };
    expect(validateConfig(tree)).toEqual({ ok: true, config: tree });
  });

  test("takes the providers of secrets, of each source", () => {
    const secrets = {
      providers: {
        shell: { source: "env", allowlist: ["TEAM_TOKEN"] },
        vault: {
          source: "file",
          path: "/run/secrets/all.json",
          mode: "json",
          timeoutMs: 5000,
          maxBytes: "1mb",
        },
        keeper: {
          source: "exec",
          command: "/usr/bin/keeper",
          args: ["get"],
          env: { PIN: "x" },
          jsonOnly: true,
        },
      },
      defaults: { env: "shell", file: "vault", exec: "keeper" },
    };
    expect(validateConfig({ secrets })).toEqual({ ok: true, config: { secrets } });
  });

  test.each([
    ["a source nobody has", { providers: { a: { source: "cloud" } } }],
    ["a file without a path", { providers: { a: { source: "file" } } }],
    ["a key of another source", { providers: { a: { source: "env", command: "/bin/x" } } }],
    ["a provider's name in capitals", { defaults: { env: "Shell" } }],
  ])("refuses in secrets %s", (_title, secrets) => {
    expect(issuesOf({ secrets })).not.toEqual([]);
  });

  test("lets connectors judge their own keys, and checks the shared ones", () => {
    const telegram = { botToken: "x", customThing: { a: [1] }, accounts: { a: { own: 1 } } };
    expect(validateConfig({ channels: { telegram } })).toEqual({
      ok: true,
      config: { channels: { telegram } },
    });
    expect(issuesOf({ channels: { telegram: { accounts: { a: { dmPolicy: "all" } } } } })).toEqual([
      'channels.telegram.accounts.a.dmPolicy: Invalid input: expected one of "pairing"|"allowlist"|"open"|"disabled"',
    ]);
  });

  test("points unknown keys at themselves, so that a line can be found", () => {
    expect(validateConfig({ gateway: { bogus: 1 } })).toMatchObject({
      issues: [{ place: ["gateway", "bogus"] }],
    });
  });
});
