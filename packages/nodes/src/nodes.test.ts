import { describe, expect, test } from "vitest";
import type { NodeNews } from "./approvals.ts";
import type { InvokeMessage } from "./invocations.ts";
import type { LiveNode } from "./live-nodes.ts";
import { type InvokeOrder, Nodes } from "./nodes.ts";
import type { NodeRecord, NodeStore } from "./store.ts";

const PERMIT = { by: "owner", permit: () => {} };

/** Nodes over a map, with everything they said and sent. */
function createBench() {
  const records = new Map<string, NodeRecord>();
  const store: NodeStore = {
    node: async (nodeId) => records.get(nodeId),
    nodes: async () => [...records.values()],
    putNode: async (record) => void records.set(record.nodeId, record),
    removeNode: async (nodeId) => records.delete(nodeId),
  };
  const bench = {
    records,
    now: 1_000_000,
    pairedAt: undefined as number | undefined,
    policy: { allowCommands: ["lamp.on", "lamp.off"] as string[], denyCommands: [] as string[] },
    sent: [] as (InvokeMessage & { connId: string })[],
    news: [] as NodeNews[],
    isGone: false,
    warnings: [] as unknown[],
  };
  let ids = 0;
  const nodes = new Nodes({
    store: () => store,
    policy: () => bench.policy,
    tokenKey: () => new Uint8Array(32),
    pairedAt: async () => bench.pairedAt,
    send: (connId, message) => !bench.isGone && bench.sent.push({ ...message, connId }) > 0,
    onNews: (news) => bench.news.push(news),
    logger: { info: () => {}, warn: (...line) => void bench.warnings.push(line) },
    newId: () => `id-${(ids += 1)}`,
    now: () => bench.now,
  });
  return Object.assign(bench, {
    nodes,
    /** Connects a node that declares these commands, and waits until its request, if any, is filed. */
    arrive: async (declared: readonly string[], connId = "c1") => {
      nodes.arrive(live(declared, connId));
      await nodes.approvals.reject("nothing", PERMIT).catch(() => {});
    },
    approveAll: async () => {
      for (const { requestId } of (await nodes.approvals.list()).pending)
        await nodes.approvals.approve(requestId, PERMIT);
    },
    order: (more: Partial<InvokeOrder> = {}) =>
      nodes.invoke({ nodeId: "n", command: "lamp.on", idempotencyKey: "k", ...more }),
    decisions: () => bench.news.map(({ type, payload }) => ("decision" in payload ? payload.decision : type)),
  });
}

const live = (declared: readonly string[], connId: string): LiveNode => ({
  nodeId: "n",
  connId,
  platform: "linux",
  caps: [],
  declared,
  connectedAtMs: 1,
});

async function lit(declared: readonly string[] = ["lamp.on"]) {
  const bench = createBench();
  await bench.arrive(declared);
  await bench.approveAll();
  return bench;
}

describe("approvals", () => {
  test("a node that offers something asks for it, once however often it comes", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on", "not.allowed.here"]);
    await bench.arrive(["lamp.on"], "c2");
    const { pending } = await bench.nodes.approvals.list();
    expect(pending).toMatchObject([{ nodeId: "n", commands: ["lamp.on"], isRepair: false }]);
    expect(bench.decisions()).toEqual(["node.pair.requested"]);
  });

  test("T-PAIR-10 what is approved stays; the surplus is another request", async () => {
    const bench = await lit(["lamp.on"]);
    await bench.arrive(["lamp.on", "system.run"], "c2");
    const { pending } = await bench.nodes.approvals.list();
    expect(pending).toMatchObject([{ commands: ["lamp.on", "system.run"], isRepair: true }]);
    await expect(bench.order({ command: "system.run" })).rejects.toMatchObject({
      code: "not_allowed",
      facts: { reason: "command not approved", command: "system.run" },
    });
    await bench.approveAll();
    const answer = bench.order({ command: "system.run" });
    await expect.poll(() => bench.sent.length).toBe(1);
    bench.nodes.settle("n", bench.sent[0]?.id ?? "", { ok: true });
    expect((await answer).ok).toBe(true);
  });

  test("T-PAIR-10 who approves approves what was shown, not what the node asks for meanwhile", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    const [shown] = (await bench.nodes.approvals.list()).pending;
    await bench.arrive(["lamp.on", "system.run"], "c2");
    await expect(bench.nodes.approvals.approve(shown?.requestId ?? "", PERMIT)).rejects.toMatchObject({
      code: "unknown_request",
    });
    expect(bench.decisions()).toEqual(["node.pair.requested", "superseded", "node.pair.requested"]);
  });

  test("a request ends when the node does not ask for it any more", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    await bench.arrive([], "c2");
    expect((await bench.nodes.approvals.list()).pending).toEqual([]);
    expect(bench.decisions()).toEqual(["node.pair.requested", "superseded"]);
    expect(bench.records.size).toBe(0);
  });

  test("T-PAIR-10 an approval of another pairing does not count, and does not come back with the next one", async () => {
    const bench = await lit(["lamp.on", "lamp.off"]);
    bench.pairedAt = bench.now;
    expect(await bench.nodes.standing(live(["lamp.on"], "c1"))).toMatchObject({ commands: [] });
    expect((await bench.nodes.approvals.list()).paired).toEqual([]);
    await expect(bench.order()).rejects.toMatchObject({ facts: { reason: "command not approved" } });
    await bench.arrive(["lamp.off"], "c2");
    expect((await bench.nodes.approvals.list()).pending).toMatchObject([{ isRepair: false }]);
    await bench.approveAll();
    expect(await bench.nodes.standing(live(["lamp.on", "lamp.off"], "c2"))).toMatchObject({
      commands: ["lamp.off"],
    });
  });

  test("an approval counts at once, whatever the clock says", async () => {
    const bench = createBench();
    bench.pairedAt = bench.now;
    await bench.arrive(["lamp.on"]);
    await bench.approveAll();
    expect(await bench.nodes.standing(live(["lamp.on"], "c1"))).toMatchObject({ commands: ["lamp.on"] });
    bench.now -= 60_000;
    await bench.arrive(["lamp.on", "lamp.off"], "c2");
    await bench.approveAll();
    expect(await bench.nodes.standing(live(["lamp.on", "lamp.off"], "c2"))).toMatchObject({
      commands: ["lamp.off", "lamp.on"],
    });
  });

  test("what nobody approved is not told as approved, also once its request was rejected", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    const [request] = (await bench.nodes.approvals.list()).pending;
    const standing = () => bench.nodes.standing(live(["lamp.on"], "c1"));
    expect(await standing()).toEqual({ commands: [], isApproved: false, requestId: request?.requestId });
    await bench.nodes.approvals.reject(request?.requestId ?? "", PERMIT);
    expect(await standing()).toEqual({ commands: [], isApproved: false, requestId: undefined });
  });

  test("what the policy allows later is asked for then, by the nodes that are here; what was turned down is not", async () => {
    const bench = await lit(["lamp.on", "lamp.dim"]);
    const reconsidered = async () => {
      bench.nodes.reconsider();
      await bench.nodes.approvals.reject("nothing", PERMIT).catch(() => {});
      return (await bench.nodes.approvals.list()).pending;
    };
    expect(await reconsidered()).toEqual([]);
    bench.policy.allowCommands.push("lamp.dim");
    const [request] = await reconsidered();
    expect(request).toMatchObject({ commands: ["lamp.dim", "lamp.on"], isRepair: true });
    await bench.nodes.approvals.reject(request?.requestId ?? "", PERMIT);
    expect(await reconsidered()).toEqual([]);
    bench.policy.denyCommands.push("lamp.dim");
    expect(await reconsidered()).toEqual([]);
  });

  test("T-PAIR-12 a request waits five minutes, or as long as its node is here", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    bench.now += 3_600_000;
    expect((await bench.nodes.approvals.list()).pending).toHaveLength(1);
    bench.nodes.leave("n", "c1");
    expect((await bench.nodes.approvals.list()).pending).toEqual([]);
  });

  test("T-PAIR-12 at most 50 requests wait; expired ones make room", async () => {
    const bench = createBench();
    const ask = (nodeId: string) => bench.nodes.approvals.request({ nodeId });
    for (let at = 0; at < 50; at += 1) await ask(`n${at}`);
    await expect(ask("one more")).rejects.toMatchObject({ code: "crowded" });
    expect((await ask("n7")).created).toBe(false);
    bench.now += 300_001;
    expect((await ask("one more")).created).toBe(true);
    expect(bench.records.size).toBe(1);
  });

  test("what the permit refuses stays as it was", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    const [request] = (await bench.nodes.approvals.list()).pending;
    const refuse = {
      by: "stranger",
      permit: () => {
        throw new Error("not you");
      },
    };
    await expect(bench.nodes.approvals.approve(request?.requestId ?? "", refuse)).rejects.toThrow("not you");
    expect((await bench.nodes.approvals.list()).pending).toHaveLength(1);
  });

  test("T-PAIR-13 a token is told once, kept nowhere, and ends with the next approval", async () => {
    const bench = createBench();
    const approve = async () => {
      const { request } = await bench.nodes.approvals.request({ nodeId: "legacy" });
      return (await bench.nodes.approvals.approve(request.requestId, PERMIT)).token ?? "";
    };
    const first = await approve();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify([...bench.records.values()])).not.toContain(first);
    expect(await bench.nodes.approvals.verify("legacy", first)).toMatchObject({ nodeId: "legacy" });
    expect(await bench.nodes.approvals.verify("legacy", `${first}x`)).toBeUndefined();
    expect(await bench.nodes.approvals.verify("other", first)).toBeUndefined();
    const second = await approve();
    expect(await bench.nodes.approvals.verify("legacy", first)).toBeUndefined();
    expect(await bench.nodes.approvals.verify("legacy", second)).toBeDefined();
  });

  test("T-PAIR-09 the approval of a node that asked itself tells no token", async () => {
    const bench = createBench();
    await bench.arrive(["lamp.on"]);
    const [request] = (await bench.nodes.approvals.list()).pending;
    const approved = await bench.nodes.approvals.approve(request?.requestId ?? "", PERMIT);
    expect(approved).not.toHaveProperty("token");
  });
});

describe("invoke", () => {
  test("sends what is asked and gives the node's answer", async () => {
    const bench = await lit();
    const answer = bench.order({ params: { level: 3 }, timeoutMs: 5_000 });
    await expect.poll(() => bench.sent.length).toBe(1);
    const [message] = bench.sent;
    expect(message).toMatchObject({
      connId: "c1",
      command: "lamp.on",
      paramsJSON: '{"level":3}',
      timeoutMs: 5_000,
      idempotencyKey: "k",
    });
    expect(bench.nodes.settle("n", message?.id ?? "", { ok: true, payloadJSON: "1" })).toBe(true);
    expect(await answer).toEqual({ ok: true, payloadJSON: "1" });
    expect(bench.nodes.settle("n", message?.id ?? "", { ok: true })).toBe(false);
  });

  test.each([
    ["system.execApprovals.set", "reserved", undefined],
    ["canvas.present", "not_allowed", "command not allowlisted"],
    ["lamp.off", "not_allowed", "command not declared by node"],
  ])("refuses %s as %s", async (command, code, reason) => {
    const bench = await lit();
    await expect(bench.order({ command })).rejects.toMatchObject({
      code,
      facts: { command, ...(reason !== undefined && { reason }) },
    });
    expect(bench.sent).toEqual([]);
  });

  test("says that a node declared nothing at all", async () => {
    const bench = createBench();
    await bench.arrive([]);
    await expect(bench.order()).rejects.toMatchObject({ facts: { reason: "node did not declare commands" } });
  });

  test("a denial in the configuration counts at once, in spite of the approval", async () => {
    const bench = await lit();
    bench.policy.denyCommands.push("lamp.on");
    expect((await bench.nodes.standing(live(["lamp.on"], "c1"))).commands).toEqual([]);
    await expect(bench.order()).rejects.toMatchObject({ facts: { reason: "command not allowlisted" } });
  });

  test("fails at once for a node that is not here, or goes while it is asked", async () => {
    const bench = await lit();
    await expect(bench.order({ nodeId: "nobody" })).rejects.toMatchObject({ code: "not_connected" });
    bench.isGone = true;
    await expect(bench.order()).rejects.toMatchObject({ code: "not_connected" });
    bench.isGone = false;
    const answer = bench.order();
    await expect.poll(() => bench.sent.length).toBe(1);
    bench.nodes.leave("n", "c1");
    await expect(answer).rejects.toMatchObject({
      code: "disconnected",
      message: "Error: node disconnected (lamp.on)",
    });
  });

  test("the end of an older connection of the same node fails only what was asked over it", async () => {
    const bench = await lit();
    const old = bench.order();
    await expect.poll(() => bench.sent.length).toBe(1);
    await bench.arrive(["lamp.on"], "c2");
    const young = bench.order();
    await expect.poll(() => bench.sent.length).toBe(2);
    bench.nodes.leave("n", "c1");
    await expect(old).rejects.toMatchObject({ code: "disconnected" });
    expect(bench.nodes.connected).toMatchObject([{ connId: "c2" }]);
    bench.nodes.settle("n", bench.sent[1]?.id ?? "", { ok: true });
    expect((await young).ok).toBe(true);
  });

  test("ends by its time, with the caller, and with the gateway", async () => {
    const bench = await lit();
    await expect(bench.order({ timeoutMs: 1 })).rejects.toMatchObject({
      code: "timed_out",
      facts: { nodeError: { code: "TIMEOUT" } },
    });
    const caller = new AbortController();
    const left = bench.order({ signal: caller.signal });
    await expect.poll(() => bench.sent.length).toBe(2);
    caller.abort();
    await expect(left).rejects.toMatchObject({ code: "aborted" });
    await expect(bench.order({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(bench.sent).toHaveLength(2);
    const stopped = bench.order();
    await expect.poll(() => bench.sent.length).toBe(3);
    bench.nodes.close();
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
  });

  test("tells the node's own error", async () => {
    const bench = await lit();
    const answer = bench.order();
    await expect.poll(() => bench.sent.length).toBe(1);
    bench.nodes.settle("n", bench.sent[0]?.id ?? "", { ok: false, error: { code: "E", message: "no" } });
    await expect(answer).rejects.toMatchObject({
      code: "failed",
      message: "no",
      facts: { nodeError: { code: "E", message: "no" } },
    });
  });

  test("passes output on in order, each piece once", async () => {
    const bench = await lit();
    const pieces: string[] = [];
    const answer = bench.order({ onProgress: ({ chunk }) => pieces.push(chunk) });
    await expect.poll(() => bench.sent.length).toBe(1);
    const id = bench.sent[0]?.id ?? "";
    const tell = (seq: number, chunk: string, nodeId = "n") =>
      bench.nodes.progress(nodeId, id, { seq, chunk });
    expect([tell(0, "a"), tell(2, "c"), tell(1, "b"), tell(2, "c")]).toEqual([true, true, true, true]);
    expect(tell(3, "forged", "other")).toBe(false);
    bench.nodes.settle("n", id, { ok: true });
    await answer;
    expect(tell(4, "late")).toBe(false);
    expect(pieces).toEqual(["a", "c"]);
  });

  test("nobody but the node itself can answer", async () => {
    const bench = await lit();
    const answer = bench.order();
    await expect.poll(() => bench.sent.length).toBe(1);
    const id = bench.sent[0]?.id ?? "";
    expect(bench.nodes.settle("other", id, { ok: true })).toBe(false);
    bench.nodes.settle("n", id, { ok: true, payload: 1 });
    expect((await answer).payload).toBe(1);
  });

  test("at most 64 invokes wait for one node", async () => {
    const bench = await lit();
    const waiting = Array.from({ length: 64 }, () => bench.order());
    await expect.poll(() => bench.sent.length).toBe(64);
    await expect(bench.order()).rejects.toMatchObject({ code: "busy" });
    bench.nodes.close();
    expect((await Promise.allSettled(waiting)).every(({ status }) => status === "rejected")).toBe(true);
  });

  test("T-AZ-13 only the gateway itself uses reserved commands, and only those the node declared", async () => {
    const bench = await lit(["lamp.on", "system.execApprovals.get"]);
    const answer = bench.order({ command: "system.execApprovals.get", byGateway: true });
    await expect.poll(() => bench.sent.length).toBe(1);
    bench.nodes.settle("n", bench.sent[0]?.id ?? "", { ok: true });
    expect((await answer).ok).toBe(true);
    const undeclared = bench.order({ command: "system.execApprovals.set", byGateway: true });
    await expect(undeclared).rejects.toMatchObject({ code: "not_allowed" });
  });
});

describe("work for nodes that are away", () => {
  test("waits once per type, urgent first, and is gone when it was taken", async () => {
    const { nodes } = createBench();
    const first = await nodes.work.enqueue({ nodeId: "n", type: "status.request", priority: "normal" });
    const again = await nodes.work.enqueue({ nodeId: "n", type: "status.request", priority: "high" });
    expect(again).toEqual(first);
    await nodes.work.enqueue({ nodeId: "n", type: "location.request", priority: "high" });
    const taken = await nodes.work.drain("n", 1);
    expect(taken).toMatchObject({ revision: 3, items: [{ type: "location.request" }], hasMore: true });
    expect(await nodes.work.drain("n")).toMatchObject({
      items: [{ type: "status.request" }],
      hasMore: false,
    });
    expect(await nodes.work.drain("n")).toMatchObject({ revision: 4, items: [] });
  });

  test("is dropped when its time is over", async () => {
    const bench = createBench();
    const order = { nodeId: "n", type: "status.request", priority: "normal", expiresInMs: 1_000 } as const;
    await bench.nodes.work.enqueue(order);
    bench.now += 1_001;
    expect((await bench.nodes.work.drain("n")).items).toEqual([]);
  });
});
