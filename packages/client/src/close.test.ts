import { afterEach, describe, expect, test, vi } from "vitest";

import { createClient, type ClientStatus } from "./index.ts";
import { connectNode, openNodeSocket } from "./node.ts";
import { helloOk, startScriptedGateway, type Script } from "./testing/index.ts";

const silence = vi.fn(() => new Promise<never>(() => undefined));
const onceThenSilence = <T>(first: T) => vi.fn().mockResolvedValueOnce(first).mockImplementation(silence);
const IDENTITY = { deviceId: "device-1", publicKey: "key", sign: () => "signature" };
const NO_TOKENS = { load: async () => undefined, save: async () => undefined, remove: async () => undefined };
const ISSUES: Script = {
  connect: (params) => {
    const hello = helloOk(params);
    const auth = { role: "operator", scopes: [], deviceToken: "issued", issuedAtMs: 1 };
    return { ...hello, auth: { ...hello.auth, ...auth } };
  },
};
afterEach(() => void silence.mockClear());
const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => "fulfilled",
    (error: unknown) => error,
  );

describe("close", () => {
  test("rejects everything that waits, in both stages, and ends the events", async () => {
    const agent = ({ accept }: { accept(payload: unknown): void }) => {
      accept({ runId: "run-1", status: "accepted" });
      return silence();
    };
    await using gateway = await startScriptedGateway({ methods: { health: silence, agent } });
    const client = await connectNode({ url: gateway.url, scopes: ["operator.write"] });
    const request = settled(client.request("health"));
    const run = client.run("agent", { message: "hi", idempotencyKey: "run-1" });
    await run.accepted;
    const final = settled(run.final);
    await client.close();
    expect(await request).toMatchObject({ code: "closed" });
    expect(await final).toMatchObject({ code: "closed" });
    expect(await run.events[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    await expect(client.request("health")).rejects.toMatchObject({ code: "not_connected" });
  });

  test("may be called any number of times; each call ends with the socket", async () => {
    await using gateway = await startScriptedGateway();
    const gone = vi.fn();
    const client = createClient({
      url: gateway.url,
      openSocket: (url, listener) =>
        openNodeSocket(url, { ...listener, closed: (...end) => (gone(...end), listener.closed(...end)) }),
    });
    await client.connect();
    const first = client.close();
    await client.close();
    expect(gone).toHaveBeenCalledExactlyOnceWith(1005, "");
    await first;
    expect(client.state).toEqual({ type: "closed" });
  });

  test("from within onStatus ends the client, whatever it was told", async () => {
    await using gateway = await startScriptedGateway();
    const told: ClientStatus["type"][] = [];
    let ended: Promise<void> | undefined;
    const client = createClient({
      url: gateway.url,
      openSocket: openNodeSocket,
      reconnect: {},
      onStatus: ({ type }) => {
        told.push(type);
        if (type === "connected") ended = client.close();
      },
    });
    await settled(client.connect());
    await ended;
    expect(told).toEqual(["connecting", "connected", "closed"]);
  });

  test("is not kept from its work by an onStatus that throws", async () => {
    await using gateway = await startScriptedGateway();
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const client = createClient({
      url: gateway.url,
      openSocket: openNodeSocket,
      logger,
      onStatus: () => {
        throw new Error("broken");
      },
    });
    await client.connect();
    await client.close();
    expect(logger.error).toHaveBeenCalledTimes(3);
  });

  test("does not wait for a gateway that never answers the close frame", async () => {
    await using gateway = await startScriptedGateway();
    const client = createClient({
      url: gateway.url,
      // A network that swallows the close frame; only cutting the socket ends it.
      openSocket: (url, listener) => ({ ...openNodeSocket(url, listener), close: () => undefined }),
    });
    await client.connect();
    await client.close();
    await vi.waitFor(() => expect(client.state.type).toBe("closed"));
  });

  test.each([
    ["for its secrets", { auth: silence }, {}],
    [
      "for other secrets, after those it had were refused",
      { auth: onceThenSilence({ token: "wrong" }) },
      { token: "t" },
    ],
    ["for its device", { device: silence }, {}],
    [
      "to keep a token",
      { device: async () => ({ identity: IDENTITY, tokens: { ...NO_TOKENS, save: silence } }) },
      ISSUES,
    ],
  ])("does not wait for who was asked %s and never answers", async (_, options, script) => {
    await using gateway = await startScriptedGateway(script as Script);
    const client = createClient({ url: gateway.url, openSocket: openNodeSocket, ...(options as object) });
    const connecting = settled(client.connect());
    await vi.waitFor(() => expect(silence.mock.calls.length).toBeGreaterThan(0));
    await client.close();
    expect(await connecting).toMatchObject({ name: "ConnectionError" });
    expect(client.state).toEqual({ type: "closed" });
  });
});
