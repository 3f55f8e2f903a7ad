import type { DeviceStore, PairedDevice, PendingPairing } from "@openclaw/auth";
import { describe, expect, test } from "vitest";
import { openStore } from "../open-store.ts";

async function open(): Promise<DeviceStore> {
  return (await openStore({ path: ":memory:" })).devices;
}

function paired(deviceId: string, fields: Partial<PairedDevice> = {}): PairedDevice {
  const token = { generation: 1, scopes: ["operator.read"], createdAtMs: 1 };
  return {
    deviceId,
    publicKey: `key of ${deviceId}`,
    roles: ["operator"],
    scopes: ["operator.read"],
    approvedScopes: ["operator.read"],
    tokens: { operator: token },
    createdAtMs: 1,
    approvedAtMs: 2,
    ...fields,
  };
}

function pairing(requestId: string, fields: Partial<PendingPairing> = {}): PendingPairing {
  return {
    requestId,
    deviceId: "d1",
    publicKey: "k",
    role: "node",
    roles: ["node"],
    scopes: [],
    silent: false,
    isRepair: false,
    ts: 1,
    ...fields,
  };
}

describe("SqliteDeviceStore", () => {
  test("knows no device at first", async () => {
    const store = await open();
    expect(await store.device("d1")).toBeUndefined();
    expect(await store.devices()).toEqual([]);
    expect(await store.pending()).toEqual([]);
  });

  test("gives a device back whole and replaces it by id", async () => {
    const store = await open();
    await store.putDevice(paired("d1"));
    await store.putDevice(paired("d2"));
    const changed = paired("d1", { displayName: "Phone", tokens: {} });
    await store.putDevice(changed);
    expect(await store.device("d1")).toEqual(changed);
    expect(await store.devices()).toEqual([changed, paired("d2")]);
  });

  test("removes a device once", async () => {
    const store = await open();
    await store.putDevice(paired("d1"));
    expect(await store.removeDevice("d1")).toBe(true);
    expect(await store.removeDevice("d1")).toBe(false);
    expect(await store.device("d1")).toBeUndefined();
  });

  test("keeps one pending request per id, in the order they came", async () => {
    const store = await open();
    await store.putPending(pairing("r1"));
    await store.putPending(pairing("r2", { ts: 2 }));
    await store.putPending(pairing("r1", { ts: 3, scopes: ["operator.write"] }));
    expect(await store.pending()).toEqual([
      pairing("r1", { ts: 3, scopes: ["operator.write"] }),
      pairing("r2", { ts: 2 }),
    ]);
  });

  test("hands a removed request to exactly one of two callers", async () => {
    const store = await open();
    await store.putPending(pairing("r1"));
    expect(await Promise.all([store.removePending("r1"), store.removePending("r1")])).toEqual([
      pairing("r1"),
      undefined,
    ]);
    expect(await store.pending()).toEqual([]);
  });
});
