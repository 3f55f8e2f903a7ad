import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RpcError } from "@openclaw/client";
import type { ScriptedMethod } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { createDownSite, createTestSite } from "../../testing/gateway.ts";

const NONE = { cwd: null, nodeId: null, host: null, security: null, ask: null };
const REQUEST = { ...NONE, agentId: "main", resolvedPath: null, sessionKey: null };
const WAITING = [
  {
    id: "1a2b3c4d-0000",
    request: { ...REQUEST, command: "rm -rf build", host: "gateway", cwd: "/w" },
    createdAtMs: 1_000_000,
    expiresAtMs: 1_120_000,
  },
];
const DETAILS = {
  id: "1a2b3c4d-0000",
  commandText: "rm -rf build",
  commandPreview: "rm -rf build",
  allowedDecisions: ["allow-once", "allow-always", "deny"],
  ...{ host: "gateway", nodeId: null, agentId: "main", expiresAtMs: 1_120_000 },
};
const POLICIES = {
  path: "/state/exec-approvals.json",
  exists: true,
  hash: "h1",
  file: {
    version: 1,
    defaults: { security: "allowlist" },
    agents: { main: { ask: "on-miss", allowlist: [{ pattern: "/usr/bin/git" }] } },
  },
};

describe("approvals list", () => {
  test("shows all of every command that waits, where it would run, and for how long it waits", async () => {
    await using site = await createTestSite({ "exec.approval.list": () => WAITING });
    const { code, stdout, stderr } = await site.openclaw(["approvals", "list"], { now: () => 1_060_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "Waiting (1)",
      "  1a2b3c4d-0000  rm -rf build",
      "    gateway · agent main · in /w · 60s left",
      "",
    ]);
    const json = await site.openclaw(["approvals", "list", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual(WAITING);
  });

  test("T-WEB-10 a command cannot hide a part of itself from the one who decides", async () => {
    const command = "echo hi\r\u001b[2K\nrm -rf / \u202Etxt.elif\u2028";
    const waiting = [{ ...WAITING[0], request: { ...REQUEST, command } }];
    await using site = await createTestSite({ "exec.approval.list": () => waiting });
    const { stdout } = await site.openclaw(["approvals", "list"]);
    expect(stdout).toContain("  1a2b3c4d-0000  echo hi\\r\\u{1b}[2K\\nrm -rf / \\u{202e}txt.elif\\u{2028}\n");
  });

  test("fails in one line with a next step when the gateway is down", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["approvals", "list", "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { ok: false, error: { code: "unreachable" } }]);
  });
});

describe("approvals approve and deny", () => {
  const resolve: ScriptedMethod = () => ({ ok: true });

  test.each([
    [["approve", "1a2b"], "allow-once", "Allowed once: rm -rf build\n"],
    [["approve", "1a2b", "--always"], "allow-always", "Allowed for good: rm -rf build\n"],
    [["deny", "1a2b"], "deny", "Denied: rm -rf build\n"],
  ])(
    "%j decides about the command whose id begins so, and says which it was",
    async (words, decision, said) => {
      await using site = await createTestSite({
        "exec.approval.get": () => DETAILS,
        "exec.approval.resolve": resolve,
      });
      const { code, stdout, stderr } = await site.openclaw(["approvals", ...words]);
      expect([code, stdout, stderr]).toEqual([0, said, ""]);
      expect(site.gateway.requests).toMatchObject([
        { method: "exec.approval.get", params: { id: "1a2b" } },
        { method: "exec.approval.resolve", params: { id: DETAILS.id, decision } },
      ]);
      const json = await site.openclaw(["approvals", ...words, "--json"]);
      expect(JSON.parse(json.stdout)).toEqual({ id: DETAILS.id, decision, commandText: "rm -rf build" });
    },
  );

  test("pass the gateway's refusal on", async () => {
    const refuse = () => {
      throw new RpcError("INVALID_REQUEST", "unknown or expired approval id");
    };
    await using site = await createTestSite({ "exec.approval.get": refuse });
    expect(await site.openclaw(["approvals", "approve", "gone"])).toMatchObject({
      code: 1,
      stderr: "Error: unknown or expired approval id\n",
    });
  });

  test("decide nothing that the command does not take", async () => {
    const details = { ...DETAILS, allowedDecisions: ["allow-once", "deny"] };
    await using site = await createTestSite({ "exec.approval.get": () => details });
    const { code, stderr } = await site.openclaw(["approvals", "approve", "1a2b", "--always"]);
    expect([code, stderr]).toEqual([1, "Error: this command takes only: allow-once, deny\n"]);
    expect(site.gateway.requests).toHaveLength(1);
  });

  test.each([[["approve"]], [["deny"]], [["approve", "a", "b"]], [["set", "--file", "a", "--stdin"]]])(
    "%j names what is missing or too much, and calls nobody",
    async (words) => {
      await using site = await createTestSite();
      const { code, stderr } = await site.openclaw(["approvals", ...words]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: /);
      expect(site.gateway.requests).toEqual([]);
    },
  );
});

describe("approvals get and set", () => {
  const methods = {
    "exec.approvals.get": () => POLICIES,
    "exec.approvals.set": (({ params }) => ({
      ...POLICIES,
      ...(params as object),
      hash: "h2",
    })) satisfies ScriptedMethod,
  };
  const sets = ({ gateway }: Awaited<ReturnType<typeof createTestSite>>) =>
    gateway.requests.flatMap(({ method, params }) => (method === "exec.approvals.set" ? [params] : []));

  test("shows the policies, and under --json what set takes", async () => {
    await using site = await createTestSite(methods);
    const { code, stdout } = await site.openclaw(["approvals", "get"]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "File: /state/exec-approvals.json",
      "Defaults: security allowlist",
      "Agent main: ask on-miss",
      "  allows /usr/bin/git",
      "",
    ]);
    expect(JSON.parse((await site.openclaw(["approvals", "get", "--json"])).stdout)).toEqual(POLICIES);
  });

  test("writes what get printed against the hash it was printed with, and policies alone against what is there", async () => {
    await using site = await createTestSite(methods);
    await writeFile(join(site.home, "edited.json"), JSON.stringify({ ...POLICIES, hash: "h0" }));
    const written = await site.openclaw(["approvals", "set", "--file", "edited.json"]);
    expect([written.code, written.stdout]).toEqual([0, "Wrote /state/exec-approvals.json.\n"]);
    const stdin = JSON.stringify({ version: 1 });
    const piped = await site.openclaw(["approvals", "set", "--stdin", "--json"], { stdin });
    expect(JSON.parse(piped.stdout)).toMatchObject({ hash: "h2", file: { version: 1 } });
    expect(sets(site)).toEqual([
      { file: POLICIES.file, baseHash: "h0" },
      { file: { version: 1 }, baseHash: "h1" },
    ]);
  });

  test.each([
    [["set"], "", "say where from: --file <path> or --stdin"],
    [["set", "--stdin"], "{", "not JSON: "],
    [["set", "--file", "none.json"], "", "cannot read none.json"],
  ])("%j fails before anybody is called", async (words, stdin, message) => {
    await using site = await createTestSite(methods);
    const { code, stderr } = await site.openclaw(["approvals", ...words], { stdin });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Error: ${message}`)]);
    expect(site.gateway.requests).toEqual([]);
  });

  test("adds a pattern to the list of an agent once, and takes it away again", async () => {
    await using site = await createTestSite(methods);
    const change = (...words: readonly string[]) => site.openclaw(["approvals", "allowlist", ...words]);
    expect((await change("add", "/bin/ls", "--agent", "ops")).stdout).toBe(
      "Agent ops may run /bin/ls without asking.\n",
    );
    expect((await change("add", "/usr/bin/git")).code).toBe(0);
    expect((await change("remove", "/usr/bin/git")).stdout).toBe(
      "Agent main has to ask before it runs /usr/bin/git.\n",
    );
    expect(await change("remove", "/bin/ls")).toMatchObject({
      code: 1,
      stderr: "Error: agent main has no such pattern: /bin/ls\n",
    });
    const { file } = POLICIES;
    const ops = { allowlist: [{ id: "id-1", pattern: "/bin/ls" }] };
    expect(sets(site)).toEqual([
      { file: { ...file, agents: { ...file.agents, ops } }, baseHash: "h1" },
      { file: { ...file, agents: { main: { ask: "on-miss", allowlist: [] } } }, baseHash: "h1" },
    ]);
  });

  describe("of a node, through the gateway", () => {
    const kept = {
      hash: "n1",
      file: { version: 1, agents: { main: { allowlist: [{ pattern: "/bin/ls" }] } } },
    };
    const node = { nodeId: "n-1", displayName: "Box", caps: [], commands: [], paired: true, connected: true };
    const atNode = {
      "node.list": () => ({ ts: 1, nodes: [node] }),
      "exec.approvals.node.get": () => kept,
      "exec.approvals.node.set": (({ params }) => params) satisfies ScriptedMethod,
    };

    test("are shown and written; the node is meant by its id or its name", async () => {
      await using site = await createTestSite(atNode);
      const { stdout } = await site.openclaw(["approvals", "get", "--node", "box"]);
      expect(stdout).toBe("Defaults: nothing set\nAgent main: nothing set\n  allows /bin/ls\n");
      const json = await site.openclaw(["approvals", "get", "--node", "n-1", "--json"]);
      expect(JSON.parse(json.stdout)).toEqual(kept);
      const set = ["approvals", "set", "--stdin", "--node", "Box"];
      expect((await site.openclaw(set, { stdin: '{"version":1}' })).stdout).toBe("Wrote the policies.\n");
      expect(site.gateway.requests.at(-1)).toMatchObject({
        method: "exec.approvals.node.set",
        params: { nodeId: "n-1", file: { version: 1 }, baseHash: "n1" },
      });
    });

    test("have their lists changed there and nowhere else", async () => {
      await using site = await createTestSite(atNode);
      for (const words of [
        ["add", "/bin/cat"],
        ["remove", "/bin/ls"],
      ])
        expect((await site.openclaw(["approvals", "allowlist", ...words, "--node", "Box"])).code).toBe(0);
      const written = site.gateway.requests.filter(({ method }) => method.endsWith(".set"));
      const main = (allowlist: unknown) => ({
        method: "exec.approvals.node.set",
        params: { nodeId: "n-1", file: { version: 1, agents: { main: { allowlist } } }, baseHash: "n1" },
      });
      expect(written).toMatchObject([main([{ pattern: "/bin/ls" }, { pattern: "/bin/cat" }]), main([])]);
    });

    test("are left alone when the node's answer is not understood", async () => {
      await using site = await createTestSite({ ...atNode, "exec.approvals.node.get": () => "no" });
      const { code, stderr } = await site.openclaw(["approvals", "allowlist", "add", "/x", "--node", "Box"]);
      expect([code, stderr]).toEqual([1, "Error: the answer holds no policies that could be changed\n"]);
      expect(site.gateway.requests.at(-1)?.method).toBe("exec.approvals.node.get");
    });
  });

  test.each([
    ["get"],
    ["set", "--stdin"],
    ["allowlist", "add", "/x"],
    ["allowlist", "remove", "/usr/bin/git"],
  ])("%s with --gateway means the gateway's own, which is not a node's too", async (...words) => {
    await using site = await createTestSite(methods);
    const stdin = '{"version":1}';
    expect((await site.openclaw(["approvals", ...words, "--gateway"], { stdin })).code).toBe(0);
    expect(site.gateway.requests.map(({ method }) => method)).not.toContain("exec.approvals.node.get");
    const both = await site.openclaw(["approvals", ...words, "--gateway", "--node", "n"], { stdin });
    expect(both).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: .*--node.*--gateway/) });
  });
});
