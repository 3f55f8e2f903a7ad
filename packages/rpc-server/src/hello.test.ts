import type { Grant } from "@openclaw/auth";
import { describe, expect, it, onTestFinished } from "vitest";
import { defineMethods } from "./methods.ts";
import { admitted, fakeAuthenticator, grantAll, HELLO, startTestServer } from "./testing/test-server.ts";

const METHODS = defineMethods({
  status: () => ({}) as never,
  health: () => ({}) as never,
});

async function hello(range: 3 | 4, grant: Partial<Grant> = {}) {
  const seen: string[] = [];
  const server = await startTestServer({
    methods: METHODS,
    events: ["connect.challenge", "tick", "health"],
    authenticator: fakeAuthenticator((attempt) => admitted({ ...grantAll(attempt), ...grant })),
    onConnect: ({ connId }) => seen.push(`connect ${connId}`),
    hello: ({ connId }) => {
      seen.push(`hello ${connId}`);
      return { ...HELLO, attachments: { maxBytes: 10, maxImageBytes: 5 } };
    },
    onReady: (view) => {
      seen.push(`ready ${view.connId}`);
      server.rpc.sendTo(view.connId, "tick", { ts: 1 });
    },
  });
  onTestFinished(server.close);
  const client = await server.open();
  const { payload } = await client.connect({
    minProtocol: range,
    maxProtocol: range,
    scopes: ["operator.read"],
  });
  return { ...server, payload, seen, client };
}

const ISSUED = {
  method: "device-token",
  issued: { deviceToken: "secret-token", role: "operator", scopes: ["operator.admin"], issuedAtMs: 77 },
} as const satisfies Partial<Grant>;

describe("hello-ok", () => {
  it("says in dialect 3 what its clients know, and no more", async () => {
    const { payload, rpc } = await hello(3);
    expect(payload).toEqual({
      type: "hello-ok",
      protocol: 3,
      server: { version: "1.2.3", connId: [...rpc.connections.keys()][0] },
      features: { methods: ["health", "status"], events: ["connect.challenge", "tick", "health"] },
      snapshot: HELLO.snapshot,
      policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
    });
  });

  it("says in dialect 4 also what was granted, the boot and the attachment sizes", async () => {
    const { payload, rpc } = await hello(4);
    expect(payload).toEqual({
      type: "hello-ok",
      protocol: 4,
      server: { version: "1.2.3", bootId: "boot-1", connId: [...rpc.connections.keys()][0] },
      features: { methods: ["health", "status"], events: ["connect.challenge", "tick", "health"] },
      snapshot: HELLO.snapshot,
      auth: { method: "token", role: "operator", scopes: ["operator.read"] },
      policy: {
        maxPayload: 26_214_400,
        maxBufferedBytes: 52_428_800,
        tickIntervalMs: 30_000,
        attachments: { maxBytes: 10, maxImageBytes: 5 },
      },
    });
  });

  it("hands over an issued device token with the scopes of the token in dialect 3", async () => {
    const { payload } = await hello(3, ISSUED);
    expect(payload?.["auth"]).toEqual({
      deviceToken: "secret-token",
      role: "operator",
      scopes: ["operator.admin"],
      issuedAtMs: 77,
    });
  });

  it("hands over an issued device token with the enforced scopes in dialect 4", async () => {
    const { payload } = await hello(4, ISSUED);
    expect(payload?.["auth"]).toEqual({
      method: "device-token",
      deviceToken: "secret-token",
      role: "operator",
      scopes: ["operator.read"],
      issuedAtMs: 77,
    });
  });

  it("keeps the device token out of what the rest of the gateway sees", async () => {
    const { rpc } = await hello(4, ISSUED);
    expect(JSON.stringify([...rpc.connections.values()])).not.toContain("secret-token");
  });

  it("is built after onConnect and sent before anything onReady sends", async () => {
    const { seen, client, rpc } = await hello(4);
    await client.event("tick");
    const [connId] = rpc.connections.keys();
    expect(seen).toEqual([`connect ${connId}`, `hello ${connId}`, `ready ${connId}`]);
    expect(client.frames.map(({ type, event }) => event ?? type)).toEqual([
      "connect.challenge",
      "res",
      "tick",
    ]);
  });
});
