import { pairingRequired } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";

import { createClient, type ClientOptions, type ClientStatus, type Device } from "./index.ts";
import { openNodeSocket } from "./node.ts";
import { helloOk, startScriptedGateway } from "./testing/index.ts";

const DEVICE: Device = { identity: { deviceId: "device-1", publicKey: "key", sign: () => "signature" } };

async function unapproved(dialect: 3 | 4, options: Partial<ClientOptions> = {}) {
  const pending = { requestId: "request-1", isApproved: false };
  const gateway = await startScriptedGateway({
    dialects: [dialect],
    connect: (params) => {
      if (pending.isApproved) return helloOk(params);
      const { requestId } = pending;
      const demand = { reason: "not-paired", requestId, deviceId: "device-1" } as const;
      throw pairingRequired(dialect, { ...demand, requestedRole: "operator" }).error;
    },
  });
  const statuses: ClientStatus[] = [];
  const onStatus = (status: ClientStatus) => statuses.push(status);
  const client = createClient({
    url: gateway.url,
    openSocket: openNodeSocket,
    device: DEVICE,
    onStatus,
    ...options,
  });
  const end = async () => {
    await client.close();
    await gateway.close();
  };
  return { gateway, client, pending, statuses, [Symbol.asyncDispose]: end };
}

describe.each([3, 4] as const)("a device nobody has approved yet, dialect %i", (dialect) => {
  test("is refused at once, with the request to approve", async () => {
    await using it = await unapproved(dialect);
    await expect(it.client.connect()).rejects.toMatchObject({
      code: "pairing_required",
      nextStep: "Let an operator run: openclaw devices approve request-1",
    });
    expect(it.gateway.connects).toHaveLength(1);
  });

  test("waits with awaitApproval, says for what, and gets in once it is approved", async () => {
    await using it = await unapproved(dialect, { awaitApproval: { pollMs: 5 } });
    const connecting = it.client.connect();
    await vi.waitFor(() => expect(it.gateway.connects.length).toBeGreaterThan(2));
    expect(it.statuses[1]).toMatchObject({
      type: "waiting",
      for: "approval",
      requestId: "request-1",
      delayMs: 5,
    });
    it.pending.isApproved = true;
    await connecting;
    expect(it.client.state.type).toBe("connected");
  });

  test("stops waiting when its request was rejected: a new one would nag", async () => {
    await using it = await unapproved(dialect, { awaitApproval: { pollMs: 5 }, reconnect: {} });
    const connecting = it.client.connect();
    await vi.waitFor(() => expect(it.gateway.connects.length).toBeGreaterThan(1));
    it.pending.requestId = "request-2";
    await expect(connecting).rejects.toMatchObject({ code: "pairing_required" });
    expect(it.client.state).toMatchObject({ type: "closed" });
  });

  test("stops waiting when the client is closed", async () => {
    await using it = await unapproved(dialect, { awaitApproval: { pollMs: 60_000 } });
    const connecting = it.client.connect().catch((error: unknown) => error);
    await vi.waitFor(() => expect(it.client.state.type).toBe("waiting"));
    await it.client.close();
    expect(await connecting).toMatchObject({ code: "not_connected" });
  });
});
