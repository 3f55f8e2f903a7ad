import { METHODS, OPERATOR_SCOPES, RpcError, scopeCovers, type Dialect } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { Dispatcher } from "./dispatch.ts";
import { defineMethods, type Call, type MethodHandlers } from "./methods.ts";
import type { Denial, RpcServerOptions } from "./options.ts";
import { memoryLogger, startTestServer } from "./testing/test-server.ts";

async function start(methods: MethodHandlers, options?: Partial<RpcServerOptions>) {
  const server = await startTestServer({ methods, ...options });
  onTestFinished(server.close);
  return server;
}

/** Payloads here are whatever is easy to assert; only the handlers of the gateway make the real ones. */
const anything = (value: unknown) => value as never;

const range = (dialect: Dialect) => ({ minProtocol: dialect, maxProtocol: dialect });
const ALL = { health: () => anything({ ok: true }), status: () => anything({ status: 1 }) };

function deferred<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe("answers", () => {
  it("carry the id of the request and what the handler returned", async () => {
    const { client } = await start(ALL);
    const connected = await client();
    expect(await connected.request("status", {})).toEqual({
      type: "res",
      id: "r2",
      ok: true,
      payload: { status: 1 },
    });
  });

  it("come when their call is done, not in the order of the requests", async () => {
    const slow = deferred<unknown>();
    const { client } = await start({
      status: async () => anything(await slow.promise),
      health: () => anything({}),
    });
    const connected = await client();
    connected.send({ type: "req", id: "w", method: "status", params: {} });
    connected.send({ type: "req", id: "v", method: "health", params: null });
    expect(await connected.next()).toMatchObject({ id: "v", ok: true });
    slow.resolve({ late: true });
    expect(await connected.next()).toMatchObject({ id: "w", ok: true, payload: { late: true } });
  });

  it("are given to binary messages like to text", async () => {
    const { client } = await start(ALL);
    const connected = await client();
    connected.send(Buffer.from(`{"type":"req","id":"b","method":"health"}`));
    expect(await connected.next()).toMatchObject({ id: "b", ok: true });
  });

  it("leave out a payload that is undefined", async () => {
    const { client } = await start({ health: () => anything(undefined) });
    expect(await (await client()).request("health")).toEqual({ type: "res", id: "r2", ok: true });
  });
});

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("calls", () => {
  it("get validated params, their connection, its signal and the traceparent of dialect 4", async () => {
    const calls: Call<"status">[] = [];
    const { client, rpc } = await start({ status: (call) => anything(calls.push(call)) });
    const connected = await client();
    connected.send({
      type: "req",
      id: "t",
      method: "status",
      params: { includeCliProjection: true },
      traceparent: TRACE,
    });
    await connected.next();
    const [view] = rpc.connections.values();
    expect(calls[0]).toMatchObject({ params: { includeCliProjection: true }, traceparent: TRACE });
    expect(calls[0]?.connection).toBe(view);
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  it("that lack a scope are told of, with who asked for what, and under no name that a client made up", async () => {
    const denials: Denial[] = [];
    const onDenied = (denial: Denial) => void denials.push(denial);
    const { client, rpc } = await start({ ...ALL, "sessions.delete": () => anything({}) }, { onDenied });
    const connected = await client({ scopes: ["operator.read"] });
    await connected.request("status");
    const refused = await connected.request("sessions.delete", { key: "k" });
    expect(refused).toMatchObject({ ok: false, error: { message: "missing scope: operator.admin" } });
    await connected.request("s3cret.not-a-method");
    const [connection] = rpc.connections.values();
    const missing = "operator.admin";
    expect(denials).toEqual([
      { caller: { connection }, method: "sessions.delete", missing },
      { caller: { connection }, method: "(unknown)", missing },
    ]);
  });

  it("that fail are logged with the trace they belong to", async () => {
    const { lines, logger } = memoryLogger();
    const { client } = await start({ status: () => Promise.reject(new Error("boom")) }, { logger });
    const connected = await client();
    connected.send({ type: "req", id: "t", method: "status", traceparent: TRACE });
    await connected.next();
    expect(lines.find(({ level }) => level === "error")).toMatchObject({
      message: "method failed",
      meta: { method: "status", traceparent: TRACE },
    });
  });

  it("learn from their signal that the connection is gone, and their answer is dropped", async () => {
    const started = deferred<Call<"status">>();
    const release = deferred();
    const { client, rpc } = await start({
      status: async (call) => {
        started.resolve(call);
        await release.promise;
        return anything({});
      },
    });
    const connected = await client();
    connected.send({ type: "req", id: "1", method: "status" });
    const { signal } = await started.promise;
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    await connected.close();
    await aborted;
    release.resolve();
    await expect(client()).resolves.toBeDefined();
    expect(rpc.connections.size).toBe(1);
  });
});

describe("two-stage answers", () => {
  it("have the same id, and only the first acceptance counts", async () => {
    const { client } = await start({
      health: ({ accept }) => {
        accept({ status: "accepted" });
        accept({ status: "accepted again" });
        return anything({ status: "ok" });
      },
    });
    const connected = await client();
    connected.send({ type: "req", id: "a", method: "health" });
    await connected.next(({ payload }) => payload?.["status"] === "ok");
    expect(connected.frames.slice(2).map(({ id, payload }) => [id, payload?.["status"]])).toEqual([
      ["a", "accepted"],
      ["a", "ok"],
    ]);
  });

  it("do not come after the end of the call", async () => {
    let late: Call<"health">["accept"] | undefined;
    const { client } = await start({
      health: ({ accept }) => {
        late = accept;
        return anything({ status: "ok" });
      },
      status: () => anything(late?.({ status: "too late" })),
    });
    const connected = await client();
    await connected.request("health");
    await connected.request("status");
    expect(connected.frames.slice(2).map(({ id }) => id)).toEqual(["r2", "r3"]);
  });

  it("may end with payload and error side by side", async () => {
    const { client } = await start({
      health: (call) => {
        call.accept({ runId: "1", status: "accepted" });
        throw new RpcError("UNAVAILABLE", "model failed", { payload: { runId: "1", status: "error" } });
      },
    });
    const connected = await client();
    expect(await connected.request("health")).toMatchObject({ ok: true, payload: { status: "accepted" } });
    expect(await connected.next()).toEqual({
      type: "res",
      id: "r2",
      ok: false,
      payload: { runId: "1", status: "error" },
      error: { code: "UNAVAILABLE", message: "model failed" },
    });
  });
});

describe("failing handlers", () => {
  it.each([
    ["throws", () => anything(thrower())],
    ["rejects", () => Promise.reject(new Error("secret /home/me"))],
    ["returns a cycle", () => anything(cycle())],
    ["returns a bigint", () => anything({ n: 1n })],
    ["accepts a cycle", (call: Call<"health">) => anything(call.accept(cycle()))],
    [
      "fails with details that cannot be sent",
      () => Promise.reject(new RpcError("FORBIDDEN", "x", { details: 1n })),
    ],
  ])(
    "T-DOS-15 T-HTTP-10 a handler that %s is answered without details and logged; the connection goes on",
    async (_name, health) => {
      const { lines, logger } = memoryLogger();
      const { client } = await start({ health, status: () => anything({}) }, { logger });
      const connected = await client();
      const { id, error } = await connected.request("health");
      expect([id, error]).toEqual(["r2", { code: "UNAVAILABLE", message: "internal error" }]);
      expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
      expect(await connected.request("status")).toMatchObject({ ok: true });
    },
  );

  function thrower(): never {
    throw new Error("secret /home/me");
  }

  function cycle(): object {
    const loop: { self?: object } = {};
    loop.self = loop;
    return loop;
  }
});

describe("malformed frames after connect", () => {
  it.each([
    ["[]", "invalid", "must be object"],
    ["null", "invalid", "must be object"],
    ['"str"', "invalid", "must be object"],
    ["123", "invalid", "must be object"],
    ['{"type":"req","id":"x1"}', "x1", "must have required property 'method'"],
    ['{"type":"req","id":"","method":"health"}', "", "at /id: must NOT have fewer than 1 characters"],
    ['{"type":"req","id":7,"method":"health"}', 7, "at /id: must be string"],
    ['{"type":"req","id":"x2","method":"health","extra":true}', "x2", "at root: unexpected property 'extra'"],
    [
      '{"type":"req","id":"x3","method":"health","traceparent":"00-1"}',
      "x3",
      "at root: unexpected property 'traceparent'",
    ],
  ])("are answered and leave a dialect 3 connection open: %s", async (text, id, issues) => {
    const { client } = await start(ALL);
    const connected = await client(range(3));
    connected.send(text);
    const message = `invalid request frame: ${issues}`;
    expect(await connected.next()).toEqual({
      type: "res",
      id,
      ok: false,
      error: { code: "INVALID_REQUEST", message },
    });
    expect(await connected.request("health")).toMatchObject({ ok: true });
  });

  it("are ignored when they are not JSON", async () => {
    const { client } = await start(ALL);
    const connected = await client();
    connected.send("not json");
    expect(await connected.request("health")).toMatchObject({ ok: true });
    expect(connected.frames).toHaveLength(3);
  });

  it("T-DOS-10 are answered when they are nested too deeply", async () => {
    const { client } = await start(ALL);
    const connected = await client();
    connected.send(`{"type":"req","id":"d","method":"health","params":${"[".repeat(100)}${"]".repeat(100)}}`);
    expect((await connected.next()).error?.message).toMatch(/^invalid request frame: .*nested/);
  });

  it("of dialect 4 may have a traceparent of at most 128 characters", async () => {
    const { client } = await start(ALL);
    const connected = await client();
    connected.send({ type: "req", id: "t", method: "health", traceparent: "0".repeat(129) });
    expect((await connected.next()).error?.message).toBe(
      "invalid request frame: at /traceparent: must not have more than 128 characters",
    );
  });
});

describe("authorisation", () => {
  it.each([3, 4] as const)(
    "T-AZ-19 of dialect %i checks the role before the scope, for every method",
    async (dialect) => {
      const { client } = await start(everyMethod(), { limits: { unauthorizedRoleStreak: 1_000 } });
      const node = await client({ ...range(dialect), role: "node", scopes: ["operator.admin"] });
      for (const [method, { scope }] of Object.entries(METHODS)) {
        const { error } = await node.request(method, {});
        const isOpen = scope === "none" || scope === "node";
        // Without params most of its own methods are refused, but for want of params.
        expect([method, error?.message === "unauthorized role: node"]).toEqual([method, !isOpen]);
      }
      expect((await node.request("no.such.method")).error?.message).toBe("unauthorized role: node");
      expect((await node.request("connect")).error?.message).toBe("unauthorized role: node");
    },
  );

  it.each(OPERATOR_SCOPES)(
    "T-AZ-19 lets a holder of %s call what it covers and nothing else",
    async (held) => {
      const { client } = await start(everyMethod());
      const operator = await client({ ...range(3), scopes: [held] });
      for (const [method, { scope }] of Object.entries(METHODS)) {
        const { error } = await operator.request(method, {});
        const isAllowed = scope === "none" || scopeCovers([held], scope);
        const refusal = scope === "node" ? "unauthorized role: operator" : `missing scope: ${scope}`;
        if (isAllowed) expect([method, error?.message]).not.toEqual([method, refusal]);
        else expect([method, error]).toEqual([method, { code: "INVALID_REQUEST", message: refusal }]);
      }
    },
  );

  it("T-AUTH-03 lets a connection without scopes call health only", async () => {
    const { client } = await start(everyMethod());
    const scopeless = await client({ scopes: [] });
    for (const method of Object.keys(METHODS)) {
      expect([method, (await scopeless.request(method)).ok]).toEqual([method, method === "health"]);
    }
  });

  it("of dialect 4 says FORBIDDEN and which scope is missing", async () => {
    const { client } = await start(ALL);
    const scopeless = await client({ scopes: [] });
    expect((await scopeless.request("status")).error).toEqual({
      code: "FORBIDDEN",
      message: "missing scope: operator.read",
      details: { code: "MISSING_SCOPE", missingScope: "operator.read", requiredScopes: ["operator.read"] },
    });
  });

  it("T-AZ-04 asks for more where the params ask for more, once they are valid", async () => {
    const { client } = await start(everyMethod());
    const writer = await client({ ...range(3), scopes: ["operator.write"] });
    const patch = (fields: object) => writer.request("sessions.patch", { key: "k", ...fields });
    expect(await patch({ label: "x" })).toMatchObject({ ok: true });
    for (const fields of [{}, { sendPolicy: "deny" }, { label: "x", execSecurity: "full" }])
      expect((await patch(fields)).error?.message).toBe("missing scope: operator.admin");
    expect((await patch({ bogus: 1 })).error?.message).toMatch(/^invalid sessions.patch params: /);
    const admin = await client({ ...range(3), scopes: ["operator.admin"] });
    expect(await admin.request("sessions.patch", { key: "k", sendPolicy: "deny" })).toMatchObject({
      ok: true,
    });
  });

  it("comes before existence, params and free slots", async () => {
    const { client } = await start(ALL, { limits: { inFlightPerConnection: 0 } });
    const scopeless = await client({ ...range(3), scopes: [] });
    for (const method of ["no.such.method", "agent.wait", "connect"]) {
      const scope = method === "agent.wait" ? METHODS["agent.wait"].scope : "operator.admin";
      expect((await scopeless.request(method, 7)).error?.message).toBe(`missing scope: ${scope}`);
    }
  });

  function everyMethod(): MethodHandlers {
    return Object.fromEntries(Object.keys(METHODS).map((name) => [name, () => anything({})]));
  }
});

describe("flood guard", () => {
  it("closes 1008 after the eleventh refused role in a row", async () => {
    const { client } = await start(ALL);
    const node = await client({ role: "node" });
    for (let call = 0; call < 12; call += 1) node.send({ type: "req", id: `f${call}`, method: "status" });
    expect(await node.closed).toEqual({ code: 1008, reason: "repeated unauthorized calls" });
    expect(node.frames.filter(({ error }) => error?.message === "unauthorized role: node")).toHaveLength(11);
  });

  it("starts anew with any other answer", async () => {
    const { client } = await start(ALL);
    const node = await client({ role: "node" });
    for (let call = 0; call < 50; call += 1) await node.request(call % 10 === 9 ? "health" : "status");
    expect(node.socket.readyState).toBe(node.socket.OPEN);
  });
});

describe("unknown methods", () => {
  const names = [
    ...Object.getOwnPropertyNames(Object.prototype),
    "prototype",
    "then",
    "é\u0000ü",
    "x".repeat(10_000),
  ];

  it.each([3, 4] as const)("T-AZ-09 are answered in dialect %i whatever they are called", async (dialect) => {
    const { client } = await start(ALL);
    const admin = await client(range(dialect));
    for (const name of names) {
      const { error } = await admin.request(name);
      expect(error?.code).toBe("INVALID_REQUEST");
      expect(error?.message).toMatch(/^unknown method: \P{Cc}{1,100}$/u);
    }
  });

  it("include those with a contract but no handler", async () => {
    const { client } = await start(ALL);
    expect((await (await client()).request("agent.wait", {})).error?.message).toBe(
      "unknown method: agent.wait",
    );
  });

  it("do not include a second connect, which has its own answer", async () => {
    const { client } = await start(ALL);
    expect((await (await client()).connect()).error).toEqual({
      code: "INVALID_REQUEST",
      message: "connect is only valid as the first request",
    });
  });
});

describe("params", () => {
  it("are validated with the contract before the handler runs", async () => {
    let runs = 0;
    const { client } = await start({ "logs.tail": () => anything((runs += 1)) });
    const connected = await client(range(3));
    expect((await connected.request("logs.tail", { nope: 1, limit: 0 })).error).toEqual({
      code: "INVALID_REQUEST",
      message: "invalid logs.tail params: at root: unexpected property 'nope'; at /limit: must be >= 1",
    });
    expect(runs).toBe(0);
    expect(await connected.request("logs.tail")).toMatchObject({ ok: true });
  });
});

describe("in-flight limit", () => {
  it("T-DOS-10 answers UNAVAILABLE, retryable, above 64 calls of one connection and frees slots", async () => {
    const gate = deferred();
    const { client } = await start({
      status: async () => {
        await gate.promise;
        return anything({});
      },
      health: () => anything({}),
    });
    const [busy, other] = [await client(), await client()];
    for (let call = 1; call <= 64; call += 1) busy.send({ type: "req", id: `s${call}`, method: "status" });
    expect((await busy.request("health")).error).toEqual({
      code: "UNAVAILABLE",
      message: "too many calls in flight",
      retryable: true,
      retryAfterMs: 250,
    });
    expect(await other.request("health")).toMatchObject({ ok: true });
    gate.resolve();
    await busy.next(({ id }) => id === "s64");
    expect(await busy.request("health")).toMatchObject({ ok: true });
  });

  it("does not count calls that were accepted", async () => {
    const gate = deferred();
    const { client } = await start(
      {
        status: async ({ accept }) => {
          accept({ status: "accepted" });
          await gate.promise;
          return anything({ status: "ok" });
        },
        health: () => anything({}),
      },
      { limits: { inFlightPerConnection: 1 } },
    );
    const connected = await client();
    for (let run = 0; run < 5; run += 1)
      expect(await connected.request("status")).toMatchObject({ ok: true });
    expect(await connected.request("health")).toMatchObject({ ok: true });
    gate.resolve();
  });
});

describe("budgeted calls", () => {
  const write = { "config.set": () => anything({ ok: true }) };
  const over = new RpcError("UNAVAILABLE", "none left", { retryable: true, retryAfterMs: 5 });

  it("T-CFG-10 are counted before their params are looked at, and only for those with the scope", async () => {
    const counted: [string, string][] = [];
    const charge: RpcServerOptions["charge"] = (method, { connection: { connId } }) => {
      counted.push([method, connId]);
      return counted.length > 1 ? over : undefined;
    };
    const { client, rpc } = await start({ ...write, ...ALL }, { charge });
    const admin = await client({ scopes: ["operator.admin"] });
    const [connId] = rpc.connections.keys();
    const reader = await client({ scopes: ["operator.read"] });
    expect((await reader.request("config.set", {})).error?.message).toMatch(/missing scope/);
    expect((await admin.request("config.set", {})).error?.code).toBe("INVALID_REQUEST");
    expect((await admin.request("config.set", {})).error).toEqual(over.toShape());
    expect(await admin.request("health")).toMatchObject({ ok: true });
    expect(counted).toEqual([
      ["config.set", connId],
      ["config.set", connId],
    ]);
  });

  it("are not served where nobody counts them", () => {
    expect(() => new Dispatcher(write, {})).toThrow(TypeError);
  });
});

describe("Dispatcher", () => {
  it("refuses to be built with a handler that has no contract", () => {
    // A name nobody declared, as code without types could pass it.
    const methods = { "no.such.method": () => ({}) } as MethodHandlers;
    expect(() => new Dispatcher(methods, {})).toThrow(TypeError);
  });

  it("lists for dialect 4 every method with a handler, for dialect 3 those its line knows", () => {
    const methods = defineMethods({
      status: ALL.status,
      "chat.inject": () => Promise.reject(new Error("not called")),
    });
    const dispatcher = new Dispatcher(methods, {});
    expect(dispatcher.methodNames(4)).toEqual(["status", "chat.inject"]);
    expect(dispatcher.methodNames(3)).toEqual(["status"]);
  });

  it("names the methods with handlers only, in the order of the contracts", () => {
    const methods = defineMethods({ status: ALL.status, health: ALL.health });
    expect(new Dispatcher(methods, {}).methodNames(3)).toEqual(["health", "status"]);
  });

  it("answers every request exactly once, whatever the handlers do and in whichever order they end", async () => {
    const behaviour = fc.constantFrom(
      "return",
      "throw",
      "reject",
      "later",
      "later-throw",
      "unknown",
      "bad-params",
    );
    const steps = fc.array(behaviour, { maxLength: 60 });
    const { client } = await start({ status: ({ params }) => anything(behave(params as { do?: string })) });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const connected = await client();
        plan.forEach((step, at) => connected.send(frameFor(step, `q${at}`)));
        const ids = plan.map((_, at) => `q${at}`);
        for (const id of ids)
          if (!connected.frames.some((frame) => frame.id === id)) await connected.next((f) => f.id === id);
        await connected.close();
        expect(connected.frames.slice(2).map(({ id }) => id)).toHaveLength(ids.length);
        expect(new Set(connected.frames.slice(2).map(({ id }) => id))).toEqual(new Set(ids));
      }),
      { seed: 7, numRuns: 25 },
    );
  });

  function frameFor(step: string, id: string): object {
    if (step === "unknown") return { type: "req", id, method: "nope" };
    if (step === "bad-params") return { type: "req", id, method: "status", params: 5 };
    return { type: "req", id, method: "status", params: { do: step } };
  }

  async function behave({ do: step }: { readonly do?: string }): Promise<unknown> {
    if (step === "throw") throw new Error("thrown");
    if (step === "reject") return Promise.reject(new RpcError("UNAVAILABLE", "rejected"));
    if (step?.startsWith("later")) await new Promise((resolve) => setImmediate(resolve));
    if (step === "later-throw") throw new Error("thrown later");
    return {};
  }
});
