import assert from "node:assert/strict";
import type { DeviceStore, PairedDevice, PendingPairing } from "../devices/store.ts";

/** A behaviour every store must show. */
export interface ContractCase {
  readonly title: string;
  run(): Promise<void>;
}

/**
 * The behaviours of `DeviceStore`, for any test runner: `for (const c of deviceStoreContract(open)) test(c.title, c.run)`.
 * `open` gives an empty store for each case; `close`, if given, is called with it afterwards.
 */
export function deviceStoreContract<S extends DeviceStore>(
  open: () => S | Promise<S>,
  close?: (store: S) => Promise<void> | void,
): readonly ContractCase[] {
  return Object.entries(CASES).map(([title, check]) => ({
    title,
    async run() {
      const store = await open();
      try {
        await check(store);
      } finally {
        await close?.(store);
      }
    },
  }));
}

/** A paired device with the fields a test does not care about filled in. */
export function samplePairedDevice(deviceId: string, fields: Partial<PairedDevice> = {}): PairedDevice {
  return {
    deviceId,
    publicKey: `key-of-${deviceId}`,
    roles: ["operator"],
    scopes: ["operator.read"],
    approvedScopes: ["operator.read"],
    tokens: { operator: { generation: 1, scopes: ["operator.read"], createdAtMs: 1 } },
    createdAtMs: 1,
    approvedAtMs: 1,
    ...fields,
  };
}

/** A pending request with the fields a test does not care about filled in. */
export function samplePendingPairing(
  requestId: string,
  fields: Partial<PendingPairing> = {},
): PendingPairing {
  return {
    requestId,
    deviceId: `device-of-${requestId}`,
    publicKey: `key-of-${requestId}`,
    role: "operator",
    roles: ["operator"],
    scopes: [],
    silent: false,
    isRepair: false,
    ts: 1,
    ...fields,
  };
}

const CASES: Readonly<Record<string, (store: DeviceStore) => Promise<void>>> = {
  "an empty store knows no device and no request": async (store) => {
    assert.equal(await store.device("a"), undefined);
    assert.deepEqual(await store.devices(), []);
    assert.deepEqual(await store.pending(), []);
  },

  "a device comes back exactly as it was put": async (store) => {
    const token = {
      generation: 7,
      scopes: ["operator.read"],
      createdAtMs: 2,
      rotatedAtMs: 3,
      revokedAtMs: 4,
    };
    const device = samplePairedDevice("a", {
      displayName: "Ada's Böx ☃",
      label: "the box under the desk",
      platform: "linux",
      deviceFamily: "Linux",
      clientId: "cli",
      clientMode: "cli",
      remoteIp: "192.0.2.1",
      roles: ["operator", "node"],
      tokens: {
        operator: { ...token, lastUsedAtMs: 5 },
        node: { generation: 8, scopes: [], createdAtMs: 6 },
      },
    });
    await store.putDevice(device);
    assert.deepEqual(await store.device("a"), device);
    assert.deepEqual(await store.devices(), [device]);
  },

  "putting a device again replaces it whole": async (store) => {
    await store.putDevice(samplePairedDevice("a", { displayName: "old" }));
    const device = samplePairedDevice("a", { scopes: [] });
    await store.putDevice(device);
    assert.deepEqual(await store.devices(), [device]);
  },

  "a removed device is gone, the others stay": async (store) => {
    await store.putDevice(samplePairedDevice("a"));
    await store.putDevice(samplePairedDevice("b"));
    assert.equal(await store.removeDevice("a"), true);
    assert.equal(await store.removeDevice("a"), false);
    assert.equal(await store.device("a"), undefined);
    assert.deepEqual(await store.devices(), [samplePairedDevice("b")]);
  },

  "requests are kept by their id and replaced under it": async (store) => {
    await store.putPending(samplePendingPairing("r1", { scopes: ["operator.read"] }));
    await store.putPending(samplePendingPairing("r2", { silent: true, isRepair: true }));
    await store.putPending(samplePendingPairing("r1", { ts: 9 }));
    const pending = [...(await store.pending())].sort((a, b) => a.requestId.localeCompare(b.requestId));
    assert.deepEqual(pending, [
      samplePendingPairing("r1", { ts: 9 }),
      samplePendingPairing("r2", { silent: true, isRepair: true }),
    ]);
  },

  "removing a request gives it back once": async (store) => {
    const request = samplePendingPairing("r1");
    await store.putPending(request);
    assert.deepEqual(await store.removePending("r1"), request);
    assert.equal(await store.removePending("r1"), undefined);
    assert.deepEqual(await store.pending(), []);
  },

  "of several removals of one request only one gets it": async (store) => {
    await store.putPending(samplePendingPairing("r1"));
    const removed = await Promise.all([1, 2, 3].map(() => store.removePending("r1")));
    assert.equal(removed.filter((request) => request !== undefined).length, 1);
  },

  "approving puts the device and removes its request": async (store) => {
    await store.putPending(samplePendingPairing("r1"));
    await store.putPending(samplePendingPairing("r2"));
    assert.equal(await store.approve("r1", samplePairedDevice("a")), true);
    assert.deepEqual(await store.devices(), [samplePairedDevice("a")]);
    assert.deepEqual(await store.pending(), [samplePendingPairing("r2")]);
  },

  "approving a request that is gone puts nothing": async (store) => {
    await store.putPending(samplePendingPairing("r1"));
    const tries = [1, 2].map(() => store.approve("r1", samplePairedDevice("a", { approvedAtMs: 2 })));
    assert.deepEqual(await Promise.all(tries), [true, false]);
    assert.equal(await store.approve("r1", samplePairedDevice("b")), false);
    assert.deepEqual(await store.devices(), [samplePairedDevice("a", { approvedAtMs: 2 })]);
  },

  "changing what was read changes nothing in the store": async (store) => {
    await store.putDevice(samplePairedDevice("a"));
    const read = await store.device("a");
    if (read !== undefined) Object.assign(read, { publicKey: "other" });
    assert.equal((await store.device("a"))?.publicKey, "key-of-a");
  },
};
