import type { AgentAccepted, AgentEventPayload, AgentFinal, LogsTail, TickPayload } from "@openclaw/protocol";
import { describe, expectTypeOf, test } from "vitest";

import type { Client } from "./index.ts";

declare const client: Client;

describe("request", () => {
  test("infers params and result from the method's contract", () => {
    expectTypeOf(client.request("logs.tail", { limit: 5 })).resolves.toEqualTypeOf<LogsTail>();
    expectTypeOf(client.request("logs.tail")).resolves.toEqualTypeOf<LogsTail>();
    // @ts-expect-error limit is a number
    void client.request("logs.tail", { limit: "5" });
    // @ts-expect-error chat.send cannot do without params
    void client.request("chat.send");
  });

  test("takes unknown names with unknown in and out", () => {
    expectTypeOf(client.request("acme.ping", { any: 1 })).resolves.toEqualTypeOf<unknown>();
    const dynamic: string = "status";
    expectTypeOf(client.request(dynamic)).resolves.toEqualTypeOf<unknown>();
  });
});

describe("run", () => {
  test("splits the result into acceptance and final answer", () => {
    const run = client.run("agent", { message: "hi", idempotencyKey: "k" });
    expectTypeOf(run.accepted).resolves.toEqualTypeOf<AgentAccepted | AgentFinal>();
    expectTypeOf(run.final).resolves.toEqualTypeOf<AgentFinal>();
    expectTypeOf(run.events).toEqualTypeOf<AsyncIterable<AgentEventPayload>>();
  });
});

describe("on", () => {
  test("infers the payload from the event's contract", () => {
    client.on("tick", (payload) => expectTypeOf(payload).toEqualTypeOf<TickPayload>());
    client.on("tick", (_, frame) => expectTypeOf(frame.seq).toEqualTypeOf<number | undefined>());
    client.on("acme.launched", (payload) => expectTypeOf(payload).toEqualTypeOf<unknown>());
  });
});
