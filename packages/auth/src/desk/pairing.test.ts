import { OPERATOR_SCOPES, scopeCovers } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PairedDevice } from "../devices/store.ts";
import {
  connectParams,
  createTestAuthenticator,
  createTestDevice,
  samplePairedDevice,
  samplePendingPairing,
  type TestDevice,
  TEST_TOKEN,
} from "../testing/index.ts";
import type { DeskCaller } from "./device-desk.ts";

const REMOTE = { remoteAddress: "192.0.2.1", headers: { host: "gw.example" } };
const TUI = connectParams({
  client: { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" },
}).client;

const owner = (...scopes: string[]): DeskCaller => ({
  principal: { kind: "shared" },
  method: "token",
  scopes: ["operator.pairing", ...scopes],
});
const deviceCaller = (deviceId: string, ...scopes: string[]): DeskCaller => ({
  principal: { kind: "device", id: deviceId },
  method: "device-token",
  deviceId,
  scopes: ["operator.pairing", ...scopes],
});
const ADMIN = owner("operator.admin");

function openDesk() {
  const bench = createTestAuthenticator();
  const ask = (device: TestDevice, params: Partial<ReturnType<typeof connectParams>>) =>
    bench.connect({ device, facts: REMOTE, params: { client: TUI, auth: { token: TEST_TOKEN }, ...params } });
  return { bench, desk: bench.authenticator.devices, ask };
}

describe("approve", () => {
  test("lets the device in with what it asked for, and says so once", async () => {
    const { bench, desk, ask } = openDesk();
    const device = createTestDevice();
    await ask(device, { scopes: ["operator.read"] });
    bench.now += 1_000;
    const answer = await desk.approve(ADMIN, "request-1");
    const { deviceId } = device;
    expect(answer).toEqual({
      ok: true,
      value: {
        deviceId,
        publicKey: device.publicKey,
        platform: "linux",
        clientId: "openclaw-tui",
        clientMode: "ui",
        remoteIp: "192.0.2.1",
        roles: ["operator"],
        scopes: ["operator.read"],
        approvedScopes: ["operator.read"],
        tokens: {
          operator: { generation: bench.now, scopes: ["operator.read"], createdAtMs: bench.now },
        },
        createdAtMs: bench.now,
        approvedAtMs: bench.now,
      },
      effects: [
        {
          type: "device.pair.resolved",
          payload: { requestId: "request-1", deviceId, decision: "approved", ts: bench.now },
        },
      ],
    });
    expect(await bench.devices.pending()).toEqual([]);
    expect(await ask(device, { scopes: ["operator.read"] })).toMatchObject({
      ok: true,
      grant: { issued: { role: "operator", scopes: ["operator.read"] } },
    });
    expect(await desk.approve(ADMIN, "request-1")).toEqual({ ok: false, refusal: { kind: "unknown" } });
  });

  test("adds a role and scopes to what was approved before, and leaves the other token alone", async () => {
    const { bench, desk } = openDesk();
    const before = samplePairedDevice("d1", { label: "desk", approvedVia: "silent", lastSeenAtMs: 7 });
    await bench.devices.putDevice(before);
    await bench.devices.putPending(
      samplePendingPairing("r1", {
        deviceId: "d1",
        role: "node",
        roles: ["node", "operator"],
        scopes: ["operator.write"],
        isRepair: true,
        ts: bench.now,
      }),
    );
    const answer = await desk.approve(ADMIN, "r1");
    expect(answer).toMatchObject({
      ok: true,
      value: {
        label: "desk",
        roles: ["operator", "node"],
        approvedScopes: ["operator.read", "operator.write"],
        tokens: { operator: before.tokens.operator, node: { scopes: ["operator.write"] } },
        createdAtMs: 1,
        approvedAtMs: bench.now,
      },
    });
    expect(answer.ok && "approvedVia" in answer.value).toBe(false);
  });

  test("T-PAIR-02 is refused to who lacks what is asked for, and the request stays", async () => {
    const { bench, desk, ask } = openDesk();
    await ask(createTestDevice(), { scopes: ["operator.read", "operator.admin"] });
    const refused = (missing: string) => ({ ok: false, refusal: { kind: "scope", missing } });
    expect(await desk.approve(owner(), "request-1")).toEqual(refused("operator.read"));
    expect(await desk.approve(owner("operator.write"), "request-1")).toEqual(refused("operator.admin"));
    expect(await bench.devices.pending()).toHaveLength(1);
    expect(await bench.devices.devices()).toEqual([]);
    expect(await desk.approve(ADMIN, "request-1")).toMatchObject({ ok: true });
  });

  test("T-PAIR-02 nobody approves a device into more than it holds itself, whatever was approved before", async () => {
    const scopes = fc.subarray([...OPERATOR_SCOPES]);
    await fc.assert(
      fc.asyncProperty(scopes, scopes, scopes, async (held, asked, approvedBefore) => {
        const { bench, desk } = openDesk();
        await bench.devices.putDevice(samplePairedDevice("d1", { approvedScopes: approvedBefore }));
        const roles = ["operator", "node"] as const;
        await bench.devices.putPending(
          samplePendingPairing("r1", { deviceId: "d1", role: "node", roles, scopes: asked, ts: bench.now }),
        );
        const answer = await desk.approve(owner(...held), "r1");
        const mayAll = [...asked, ...approvedBefore].every((scope) =>
          scopeCovers(["operator.pairing", ...held], scope),
        );
        expect(answer.ok).toBe(mayAll);
        const record = await bench.devices.device("d1");
        expect(record?.roles.includes("node")).toBe(mayAll);
        expect((await bench.devices.pending()).length).toBe(mayAll ? 0 : 1);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("T-PAIR-12 a request that has expired cannot be approved any more", async () => {
    const { bench, desk, ask } = openDesk();
    await ask(createTestDevice(), {});
    bench.now += 300_000;
    expect(await desk.approve(ADMIN, "request-1")).toEqual({ ok: false, refusal: { kind: "unknown" } });
    expect(await bench.devices.devices()).toEqual([]);
  });

  test("two operators approve one request once", async () => {
    const { desk, ask } = openDesk();
    await ask(createTestDevice(), {});
    const answers = await Promise.all([1, 2].map(() => desk.approve(ADMIN, "request-1")));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe("reject", () => {
  test("takes the request off the list and says so once", async () => {
    const { bench, desk, ask } = openDesk();
    const { deviceId, ...device } = createTestDevice();
    await ask({ deviceId, ...device }, {});
    expect(await desk.reject(owner(), "request-1")).toMatchObject({
      ok: true,
      value: { requestId: "request-1", deviceId },
      effects: [{ payload: { requestId: "request-1", deviceId, decision: "rejected", ts: bench.now } }],
    });
    expect(await desk.reject(owner(), "request-1")).toEqual({ ok: false, refusal: { kind: "unknown" } });
    expect(await bench.devices.pending()).toEqual([]);
  });
});

describe("who came by the token of a device", () => {
  async function twoDevices() {
    const opened = openDesk();
    const { bench } = opened;
    for (const id of ["own", "other"]) {
      await bench.devices.putDevice(samplePairedDevice(id));
      await bench.devices.putPending(
        samplePendingPairing(`r-${id}`, { deviceId: id, role: "node", roles: ["node"], ts: bench.now }),
      );
    }
    return opened;
  }
  const ids = (list: readonly { readonly deviceId: string }[]) => list.map(({ deviceId }) => deviceId).sort();

  test("T-PAIR-04 sees its own device and request only, unless it is an admin", async () => {
    const { desk } = await twoDevices();
    const seen = async (caller: DeskCaller) => {
      const { pending, paired } = await desk.list(caller);
      return [ids(pending), ids(paired)];
    };
    expect(await seen(deviceCaller("own"))).toEqual([["own"], ["own"]]);
    expect(await seen(deviceCaller("own", "operator.admin"))).toEqual([
      ["other", "own"],
      ["other", "own"],
    ]);
    expect(await seen(owner())).toEqual([
      ["other", "own"],
      ["other", "own"],
    ]);
    expect(await seen({ ...owner(), principal: { kind: "device", id: "own" }, deviceId: "own" })).toEqual([
      ["other", "own"],
      ["other", "own"],
    ]);
  });

  test("T-PAIR-04 cannot tell a foreign request from one that does not exist", async () => {
    const { bench, desk } = await twoDevices();
    for (const requestId of ["r-other", "r-nowhere"]) {
      expect(await desk.approve(deviceCaller("own"), requestId)).toEqual({
        ok: false,
        refusal: { kind: "unknown" },
      });
      expect(await desk.reject(deviceCaller("own"), requestId)).toEqual({
        ok: false,
        refusal: { kind: "unknown" },
      });
    }
    expect(await bench.devices.pending()).toHaveLength(2);
  });

  test("T-PAIR-04 is denied foreign devices before anything is looked up", async () => {
    const { bench, desk } = await twoDevices();
    const before = await bench.devices.devices();
    const caller = deviceCaller("own");
    for (const deviceId of ["other", "nowhere"]) {
      const address = { deviceId, role: "operator" };
      const denied = { ok: false, refusal: { kind: "denied" } };
      expect(await desk.remove(caller, deviceId)).toEqual(denied);
      expect(await desk.rename(caller, { deviceId, label: "mine" })).toEqual(denied);
      expect(await desk.rotate(caller, address)).toEqual(denied);
      expect(await desk.revoke(caller, address)).toEqual(denied);
    }
    expect(await bench.devices.devices()).toEqual(before);
  });

  test("T-PAIR-04 may withdraw its own request, and never approves itself", async () => {
    const { bench, desk } = await twoDevices();
    const caller = deviceCaller("own", "operator.read");
    expect(await desk.approve(caller, "r-own")).toEqual({ ok: false, refusal: { kind: "denied" } });
    expect(await bench.devices.device("own")).toMatchObject({ roles: ["operator"] });
    expect(await desk.reject(caller, "r-own")).toMatchObject({ ok: true });
    expect(await desk.remove(caller, "own")).toMatchObject({ ok: true });
    expect(ids(await bench.devices.devices())).toEqual(["other"]);
  });
});

describe("list", () => {
  test("shows requests newest first and devices last approved first", async () => {
    const { bench, desk } = openDesk();
    for (const [index, id] of ["b", "c", "a"].entries()) {
      await bench.devices.putDevice(samplePairedDevice(id, { approvedAtMs: index }));
      await bench.devices.putPending(samplePendingPairing(id, { ts: bench.now + index }));
    }
    const { pending, paired } = await desk.list(owner());
    expect(pending.map(({ requestId }) => requestId)).toEqual(["a", "c", "b"]);
    expect(paired.map(({ deviceId }) => deviceId)).toEqual(["a", "c", "b"]);
  });
});

describe("remove", () => {
  test("forgets the device, and says that there is none the next time", async () => {
    const { bench, desk } = openDesk();
    await bench.devices.putDevice(samplePairedDevice("d1"));
    expect(await desk.remove(owner(), "d1")).toMatchObject({ ok: true, effects: [] });
    expect(await desk.remove(owner(), "d1")).toEqual({ ok: false, refusal: { kind: "unknown" } });
    expect(await bench.devices.devices()).toEqual([]);
  });
});

describe("rename", () => {
  test("is for the device itself and for admins, and survives the next connect", async () => {
    const { bench, desk, ask } = openDesk();
    const device = createTestDevice();
    await ask(device, {});
    await desk.approve(ADMIN, "request-1");
    const { deviceId } = device;
    const rename = (caller: DeskCaller, label: string) => desk.rename(caller, { deviceId, label });
    expect(await rename(owner(), "no")).toEqual({ ok: false, refusal: { kind: "denied" } });
    expect(await rename(deviceCaller(deviceId), "mine")).toMatchObject({
      ok: true,
      value: { label: "mine" },
    });
    expect(await rename(ADMIN, "the phone")).toMatchObject({ ok: true });
    await ask(device, { client: { ...TUI, displayName: "Phone" } });
    const record: PairedDevice | undefined = await bench.devices.device(deviceId);
    expect(record).toMatchObject({ label: "the phone", displayName: "Phone" });
    expect(await desk.rename(ADMIN, { deviceId: "nowhere", label: "x" })).toEqual({
      ok: false,
      refusal: { kind: "unknown" },
    });
  });
});
