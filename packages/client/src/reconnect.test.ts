import { RpcError } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";

import { createClient, type Client, type ClientOptions, type ClientStatus } from "./index.ts";
import { openNodeSocket } from "./node.ts";
import { helloOk, startScriptedGateway } from "./testing/index.ts";

function watched(url: string, options: Partial<ClientOptions> = {}) {
  const statuses: ClientStatus[] = [];
  const client = createClient({
    url,
    openSocket: openNodeSocket,
    onStatus: (s) => statuses.push(s),
    ...options,
  });
  const types = () => statuses.map((status) => status.type);
  return { client, statuses, types };
}

const until = (client: Client) => vi.waitFor(() => expect(client.hello).toBeDefined(), { interval: 5 });

describe("a lost connection", () => {
  test("stays lost without the reconnect option, and says why", async () => {
    await using gateway = await startScriptedGateway();
    const { client, statuses } = watched(gateway.url);
    await client.connect();
    gateway.peers[0]?.close(1012, "service restart");
    await vi.waitFor(() =>
      expect(statuses.at(-1)).toMatchObject({ type: "closed", error: { closeCode: 1012 } }),
    );
    expect(client.hello).toBeUndefined();
  });

  test("comes back after the jittered delay and takes requests again", async () => {
    await using gateway = await startScriptedGateway({ methods: { health: () => "fine" } });
    const { client, statuses, types } = watched(gateway.url, {
      reconnect: { baseMs: 20 },
      random: () => 0.5,
    });
    await client.connect();
    gateway.peers[0]?.cut();
    await vi.waitFor(() => expect(types()).toContain("waiting"));
    await until(client);
    expect(statuses.find((status) => status.type === "waiting")).toMatchObject({ attempt: 1, delayMs: 10 });
    expect(await client.request("health")).toBe("fine");
    await client.close();
    expect(types()).toEqual(["connecting", "connected", "waiting", "connecting", "connected", "closed"]);
  });

  test("waits first for as long as the shutdown event announced", async () => {
    await using gateway = await startScriptedGateway();
    const { client, statuses, types } = watched(gateway.url, { reconnect: {}, random: () => 0 });
    await client.connect();
    gateway.peers[0]?.event("shutdown", { reason: "gateway restarting", restartExpectedMs: 15 }, 1);
    gateway.peers[0]?.close(1012, "service restart");
    await vi.waitFor(() => expect(types()).toContain("waiting"));
    expect(statuses.find((status) => status.type === "waiting")).toMatchObject({ delayMs: 15 });
    await until(client);
    await client.close();
  });

  test("comes back spread over the time after the announced one, not with everybody else", async () => {
    await using gateway = await startScriptedGateway();
    const { client, statuses, types } = watched(gateway.url, {
      reconnect: { baseMs: 10 },
      random: () => 0.5,
    });
    await client.connect();
    gateway.peers[0]?.event("shutdown", { reason: "gateway restarting", restartExpectedMs: 15 }, 1);
    gateway.peers[0]?.close(1012, "service restart");
    await vi.waitFor(() => expect(types()).toContain("waiting"));
    expect(statuses.find((status) => status.type === "waiting")).toMatchObject({ attempt: 1, delayMs: 25 });
    await client.close();
  });

  test("is given up after the last attempt", async () => {
    const gateway = await startScriptedGateway();
    const { client, statuses, types } = watched(gateway.url, { reconnect: { baseMs: 1, maxAttempts: 2 } });
    await client.connect();
    await gateway.close();
    await vi.waitFor(() =>
      expect(statuses.at(-1)).toMatchObject({ type: "closed", error: { code: "unreachable" } }),
    );
    expect(types().filter((type) => type === "waiting")).toHaveLength(2);
  });

  test("is given up at once when the credentials are refused", async () => {
    let admit = true;
    await using gateway = await startScriptedGateway({
      connect: (params) => {
        if (admit) return helloOk(params);
        throw new RpcError("INVALID_REQUEST", "unauthorized", { details: { code: "AUTH_UNAUTHORIZED" } });
      },
    });
    const { client, statuses, types } = watched(gateway.url, { reconnect: { baseMs: 1 } });
    await client.connect();
    admit = false;
    gateway.peers[0]?.close(4001, "gateway auth changed");
    await vi.waitFor(() =>
      expect(statuses.at(-1)).toMatchObject({ type: "closed", error: { code: "unauthorized" } }),
    );
    expect(types().filter((type) => type === "waiting")).toHaveLength(1);
  });

  test("is not waited for once the client is closed", async () => {
    await using gateway = await startScriptedGateway();
    const { client, types } = watched(gateway.url, { reconnect: { baseMs: 60_000 }, random: () => 0.9 });
    await client.connect();
    gateway.peers[0]?.cut();
    await vi.waitFor(() => expect(types()).toContain("waiting"));
    await client.close();
    expect(types().at(-1)).toBe("closed");
  });
});

describe("the first connection", () => {
  test("fails fast even with the reconnect option", async () => {
    const gateway = await startScriptedGateway();
    await gateway.close();
    const { client, types } = watched(gateway.url, { reconnect: {} });
    await expect(client.connect()).rejects.toMatchObject({ code: "unreachable" });
    expect(types()).toEqual(["connecting", "closed"]);
  });

  test("is opened once however often connect is called", async () => {
    await using gateway = await startScriptedGateway();
    const { client } = watched(gateway.url);
    await Promise.all([client.connect(), client.connect()]);
    expect(gateway.connects).toHaveLength(1);
    await client.close();
  });

  test("ends when the client is closed meanwhile", async () => {
    await using gateway = await startScriptedGateway({ challenge: "none" });
    const { client, types } = watched(gateway.url);
    const connecting = client.connect().catch((error: unknown) => error);
    await vi.waitFor(() => expect(gateway.peers).toHaveLength(1));
    await client.close();
    expect(await connecting).toMatchObject({ name: "ConnectionError", code: "closed" });
    expect(types()).toEqual(["connecting", "closed"]);
  });

  test("is not opened any more by a client that was closed before", async () => {
    await using gateway = await startScriptedGateway();
    const { client } = watched(gateway.url);
    await client.close();
    await expect(client.connect()).rejects.toMatchObject({ code: "not_connected" });
    expect(gateway.connects).toEqual([]);
  });
});

describe("a dead connection", () => {
  test("is closed with 4000 after two silent tick intervals", async () => {
    await using gateway = await startScriptedGateway({
      connect: (params) =>
        helloOk(params, { policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 20 } }),
    });
    const { client, statuses } = watched(gateway.url);
    await client.connect();
    await vi.waitFor(() => {
      expect(statuses.at(-1)).toMatchObject({ type: "closed", error: { code: "timeout", closeCode: 4000 } });
    });
  });
});
