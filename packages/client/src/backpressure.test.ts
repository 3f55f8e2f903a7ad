import { describe, expect, test } from "vitest";

import { deferred } from "./deferred.ts";
import { DEFAULTS } from "./index.ts";
import { connectNode } from "./node.ts";
import { startScriptedGateway } from "./testing/index.ts";

describe("back-pressure", () => {
  test("more requests than may wait are refused at once, and taken again when answers have come", async () => {
    const gate = deferred<unknown>();
    await using gateway = await startScriptedGateway({ methods: { health: () => gate.promise } });
    const client = await connectNode({ url: gateway.url });
    const waiting = Array.from({ length: DEFAULTS.maxPendingRequests }, () => client.request("health"));
    await expect(client.request("health")).rejects.toMatchObject({ code: "busy" });
    gate.resolve("fine");
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["fine"]));
    expect(await client.request("health")).toBe("fine");
    await client.close();
  });

  test("a reader that falls behind loses the oldest events of a run, not its text or its answer", async () => {
    const pieces = DEFAULTS.eventBufferCount * 2;
    await using gateway = await startScriptedGateway({
      methods: {
        agent: ({ peer, accept }) => {
          accept({ runId: "run-1", status: "accepted" });
          for (let seq = 1; seq <= pieces; seq += 1) {
            const data = { text: `${seq} pieces`, delta: "…" };
            peer.event("agent", { runId: "run-1", seq, stream: "assistant", ts: seq, data }, seq);
          }
          return { runId: "run-1", status: "ok", summary: "completed" };
        },
      },
    });
    const client = await connectNode({ url: gateway.url, scopes: ["operator.write"] });
    const run = client.run("agent", { message: "hi", idempotencyKey: "run-1" });
    expect(await run.final).toMatchObject({ status: "ok" });
    const read: unknown[] = [];
    for await (const event of run.events) read.push(event.data["text"]);
    expect(read).toHaveLength(DEFAULTS.eventBufferCount);
    expect(read.at(-1)).toBe(`${pieces} pieces`);
    await client.close();
  });
});
