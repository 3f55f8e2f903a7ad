import { RpcError } from "@openclaw/client";
import type { ScriptedMethod } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { createDownSite, createTestSite } from "../../testing/gateway.ts";

const BOX = {
  nodeId: "b0c0ffee",
  displayName: "Box",
  platform: "linux",
  caps: ["system"],
  commands: ["system.notify", "system.which"],
  connectedAtMs: 1,
  paired: true,
  connected: true,
  approvalState: "pending-approval",
  pendingRequestId: "r-1",
};
const PHONE = {
  nodeId: "b0ff1ce",
  displayName: "Phone",
  platform: "ios 26.0",
  remoteIp: "192.0.2.7",
  caps: [],
  commands: [],
  paired: true,
  connected: false,
};
const REQUEST = {
  requestId: "r-1",
  nodeId: "b0c0ffee",
  displayName: "Box",
  platform: "linux",
  commands: ["system.run", "system.which"],
  isRepair: true,
  ts: 1_000_000,
};
const list: ScriptedMethod = () => ({ ts: 5, nodes: [BOX, PHONE] });
const pairs: ScriptedMethod = () => ({ pending: [REQUEST], paired: [] });

describe("nodes status", () => {
  test("shows who is here, what each may be asked for, and what waits", async () => {
    await using site = await createTestSite({ "node.list": list });
    const { code, stdout, stderr } = await site.openclaw(["nodes", "status"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "Nodes (2)",
      "  b0c0ffee  Box · linux · connected",
      "    commands: system.notify, system.which",
      "    waits for approval: r-1",
      "  b0ff1ce  Phone · ios 26.0 · 192.0.2.7 · away",
      "",
    ]);
    const json = await site.openclaw(["nodes", "status", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ ts: 5, nodes: [BOX, PHONE] });
  });

  test("fails in one line with a next step when the gateway is down", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["nodes", "status", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "unreachable" } });
  });
});

describe("nodes pending", () => {
  test("shows all an approval would allow", async () => {
    await using site = await createTestSite({ "node.pair.list": pairs });
    const { stdout } = await site.openclaw(["nodes", "pending"], { now: () => 1_180_000 });
    expect(stdout.split("\n")).toEqual([
      "Pending (1)",
      "  r-1  Box · linux · asks for more · 3m ago",
      "    node b0c0ffee",
      "    commands: system.run, system.which",
      "",
    ]);
    expect(JSON.parse((await site.openclaw(["nodes", "pending", "--json"])).stdout)).toEqual([REQUEST]);
  });

  test("T-WEB-10 a node cannot repaint the terminal by its name or its commands", async () => {
    const ugly = "\u001b[2K\u001b[1Aevil\r\n";
    const request = { ...REQUEST, displayName: ugly, nodeId: ugly, commands: [ugly] };
    await using site = await createTestSite({ "node.pair.list": () => ({ pending: [request], paired: [] }) });
    const { stdout } = await site.openclaw(["nodes", "pending"]);
    expect([...stdout].filter((letter) => letter < " " && letter !== "\n")).toEqual([]);
  });
});

describe("nodes approve and reject", () => {
  const approve: ScriptedMethod = ({ params }) => ({
    ...(params as object),
    node: {
      nodeId: "b0c0ffee",
      displayName: "Box",
      commands: ["system.which"],
      createdAtMs: 1,
      approvedAtMs: 1,
    },
  });
  const unknown: ScriptedMethod = () => {
    throw new RpcError("INVALID_REQUEST", "unknown requestId");
  };

  test("name what they settled", async () => {
    await using site = await createTestSite({
      "node.pair.approve": approve,
      "node.pair.reject": ({ params }) => ({ ...(params as object), nodeId: "b0c0ffee" }),
    });
    expect(await site.openclaw(["nodes", "approve", "r-1"])).toMatchObject({
      code: 0,
      stdout: "Approved Box (b0c0ffee) for: system.which.\n",
    });
    expect(await site.openclaw(["nodes", "reject", "r-1"])).toMatchObject({
      code: 0,
      stdout: "Rejected b0c0ffee.\n",
    });
    const { stdout } = await site.openclaw(["nodes", "reject", "r-1", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ requestId: "r-1", nodeId: "b0c0ffee" });
  });

  test.each(["approve", "reject"])(
    "%s fails with 1 and the gateway's words for an unknown request",
    async (verb) => {
      await using site = await createTestSite({ "node.pair.approve": unknown, "node.pair.reject": unknown });
      const { code, stderr } = await site.openclaw(["nodes", verb, "nope"]);
      expect(code).toBe(1);
      expect(stderr).toContain("Error: unknown requestId");
    },
  );
});

describe("nodes invoke", () => {
  const invoke: ScriptedMethod = ({ params }) => {
    const { nodeId, command } = params as { nodeId: string; command: string };
    return { ok: true, nodeId, command, payload: { asked: params }, payloadJSON: null };
  };

  test.each(["b0c0ffee", "box", "b0c"])("finds the node by %s, and prints its answer", async (node) => {
    await using site = await createTestSite({ "node.list": list, "node.invoke": invoke });
    const { code, stdout } = await site.openclaw([
      ...["nodes", "invoke", "--node", node, "--command", "system.which"],
      ...["--params", '{"bins":["ls"]}', "--idempotency-key", "k"],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      asked: {
        nodeId: "b0c0ffee",
        command: "system.which",
        params: { bins: ["ls"] },
        timeoutMs: 15_000,
        idempotencyKey: "k",
      },
    });
  });

  test("passes a deadline on, and prints all of the answer with --json", async () => {
    await using site = await createTestSite({ "node.list": list, "node.invoke": invoke });
    const words = ["--node", "box", "--command", "system.which", "--invoke-timeout", "50"];
    const { stdout } = await site.openclaw(["nodes", "invoke", ...words, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, payload: { asked: { timeoutMs: 50 } } });
  });

  test.each([
    [["--node", "nobody"], "unknown node: nobody"],
    [["--node", "b0"], '2 nodes are meant by "b0": use an id'],
    [["--node", "box", "--params", "{"], "--params is not JSON"],
    [["--node", "box", "--invoke-timeout", "soon"], "invalid --invoke-timeout: soon"],
  ])("fails with 1 for %j", async (words, message) => {
    await using site = await createTestSite({ "node.list": list, "node.invoke": invoke });
    const { code, stderr } = await site.openclaw(["nodes", "invoke", "--command", "system.which", ...words]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test("fails with 1 and the node's own words", async () => {
    const refuse: ScriptedMethod = () => {
      throw new RpcError("UNAVAILABLE", "node says no", {
        details: { nodeError: { code: "E_FAIL", message: "node says no" } },
      });
    };
    await using site = await createTestSite({ "node.list": list, "node.invoke": refuse });
    const words = ["nodes", "invoke", "--node", "box", "--command", "system.which"];
    expect(await site.openclaw(words)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("node says no"),
    });
    const { code, stdout } = await site.openclaw([...words, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "UNAVAILABLE", message: "node says no" },
    });
  });
});

describe("nodes describe and rename", () => {
  test("show and name one node", async () => {
    await using site = await createTestSite({
      "node.list": list,
      "node.describe": () => ({ ts: 5, ...BOX }),
      "node.rename": ({ params }) => params,
    });
    const described = await site.openclaw(["nodes", "describe", "--node", "box"]);
    expect(described.stdout).toContain("nodeId: b0c0ffee\ndisplayName: Box\n");
    const json = await site.openclaw(["nodes", "describe", "--node", "box", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ ts: 5, ...BOX });
    const renamed = await site.openclaw(["nodes", "rename", "--node", "box", "--name", "Cellar"]);
    expect(renamed).toMatchObject({ code: 0, stdout: "b0c0ffee is now called Cellar.\n" });
  });
});
