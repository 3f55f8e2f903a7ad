import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryStore, startTestAgents } from "../testing/index.ts";
import { digestOf } from "./digest.ts";

const slow = { runId: "key", message: "@wait 60000" };

describe("a repeated idempotency key", () => {
  test("is in flight while the first run goes on", async () => {
    await using t = await startTestAgents();
    const { acceptedAt } = await t.accept(slow);
    expect(await t.agents.startRun(t.request(slow))).toEqual({
      status: "in_flight",
      runId: "key",
      sessionKey: "agent:main:main",
      agentId: "main",
      acceptedAt,
    });
    expect(t.agents.activeRuns).toBe(1);
  });

  test("sent twice at once starts one run", async () => {
    await using t = await startTestAgents();
    const both = await Promise.all([t.agents.startRun(t.request(slow)), t.agents.startRun(t.request(slow))]);
    expect(both.map((start) => start.status)).toEqual(["accepted", "in_flight"]);
  });

  test("is tried anew when the first request could not be accepted", async () => {
    const store = createMemoryStore();
    await using t = await startTestAgents({ store });
    let fails = 1;
    store.beforeCommit = () => (fails-- > 0 ? Promise.reject(new Error("disk")) : undefined);
    const both = [
      t.agents.startRun(t.request({ runId: "key" })),
      t.agents.startRun(t.request({ runId: "key" })),
    ];
    const [first, second] = await Promise.allSettled(both);
    expect(first?.status).toBe("rejected");
    expect(second).toMatchObject({ value: { status: "accepted" } });
  });

  test("is answered with the outcome afterwards, without another run", async () => {
    await using t = await startTestAgents();
    const outcome = await t.ask({ runId: "key" });
    const eventCount = t.events.length;
    const again = await t.agents.startRun(t.request({ runId: "key" }));
    expect(again).toMatchObject({ status: "done", runId: "key", outcome });
    expect(t.events).toHaveLength(eventCount);
  });

  test.each([
    ["@error auth", { status: "error", reason: "auth", message: "401 Incorrect API key provided" }],
    ["/status", { status: "ok" }],
  ])("gives the same outcome again for %j", async (message, outcome) => {
    await using t = await startTestAgents();
    const first = await t.ask({ runId: "key", message });
    expect(first).toMatchObject(outcome);
    expect(await t.agents.startRun(t.request({ runId: "key", message }))).toMatchObject({ outcome: first });
  });

  test("T-DOS-07 with other parameters is a conflict, during the run and after it", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ runId: "key", message: "@wait 60000" });
    const conflict = {
      code: "idempotency_conflict",
      message: "idempotency key reused with different parameters",
    };
    await expect(t.agents.startRun(t.request({ runId: "key", message: "other" }))).rejects.toMatchObject(
      conflict,
    );
    handle.abort("rpc");
    await handle.final;
    await expect(t.agents.startRun(t.request({ runId: "key", message: "other" }))).rejects.toMatchObject(
      conflict,
    );
    await expect(t.agents.startRun(t.request({ runId: "key", kind: "agent" }))).rejects.toMatchObject(
      conflict,
    );
  });

  test("T-DOS-07 of another principal is another run", async () => {
    await using t = await startTestAgents();
    const mine = await t.ask({ runId: "key", message: "mine" });
    const theirs = await t.ask({ runId: "key", message: "theirs", principal: "other" });
    expect([mine.text, theirs.text]).toEqual(["You said: mine", "You said: theirs"]);
  });

  test("is forgotten after five minutes", async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    await using t = await startTestAgents({ now: () => now });
    await t.ask({ runId: "key" });
    now += 300_000;
    expect((await t.agents.startRun(t.request({ runId: "key" }))).status).toBe("done");
    now += 1;
    expect((await t.agents.startRun(t.request({ runId: "key" }))).status).toBe("accepted");
  });

  test("is answered after a restart too", async () => {
    const store = createMemoryStore();
    const outcome = await (async () => {
      await using before = await startTestAgents({ store });
      return before.ask({ runId: "key" });
    })();
    await using after = await startTestAgents({ store });
    expect(await after.agents.startRun(after.request({ runId: "key" }))).toMatchObject({
      status: "done",
      outcome,
    });
  });

  test("of an `agent` request is answered before anything else is checked", async () => {
    await using t = await startTestAgents({ config: { agents: { list: [{ id: "ops" }] } } });
    await t.ask({ kind: "agent", runId: "key", agentId: "ops", params: 1 });
    t.setConfig({});
    const again = t.request({ kind: "agent", runId: "key", agentId: "ops", params: 1 });
    expect((await t.agents.startRun(again)).status).toBe("done");
  });
});

test("T-DOS-08 a flood of one principal's runs does not evict another's", async () => {
  let now = Date.UTC(2026, 10, 22, 12);
  await using t = await startTestAgents({
    now: () => now,
    limits: { finishedRuns: 20, finishedRunsPerPrincipal: 10 },
  });
  await t.ask({ principal: "b", runId: "mine" });
  for (let index = 0; index < 100; index += 1) {
    now += 1000;
    await t.ask({ principal: "a", runId: `flood-${index}` });
  }
  expect((await t.agents.startRun(t.request({ principal: "b", runId: "mine" }))).status).toBe("done");
  expect(await t.store.run("a", "flood-0")).toBeUndefined();
});

describe("digestOf", () => {
  test("does not depend on the order of keys", () => {
    const record = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(record, (params) => {
        const reversed = Object.fromEntries(Object.entries(params).reverse());
        expect(digestOf("chat", reversed)).toBe(digestOf("chat", params));
      }),
      { seed: 7 },
    );
  });

  test("tells different parameters apart", () => {
    const digests = [{}, { a: 1 }, { a: "1" }, { a: [1] }, { a: { b: 1 } }, { a: null }, [], null, "x"].map(
      (params) => digestOf("chat", params),
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOf("agent", {})).not.toBe(digestOf("chat", {}));
  });

  test("ends for endless depth", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(digestOf("chat", loop)).toMatch(/^[0-9a-f]{64}$/u);
  });
});
