import { OPERATOR_SCOPES, scopeCovers } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeviceTokens } from "../devices/device-tokens.ts";
import { createTestAuthenticator, samplePairedDevice, TEST_TOKEN_KEY } from "../testing/index.ts";
import type { DeskCaller } from "./device-desk.ts";

const owner = (...scopes: string[]): DeskCaller => ({
  principal: { kind: "shared" },
  method: "token",
  scopes: ["operator.pairing", ...scopes],
});
const ADMIN = owner("operator.admin");
const UNKNOWN = { ok: false, refusal: { kind: "unknown" } };

/** A desk with one paired operator; `approved` is its baseline, `scopes` what its token is worth. */
async function deskWith(approvedScopes: readonly string[], scopes: readonly string[] = approvedScopes) {
  const bench = createTestAuthenticator();
  await bench.devices.putDevice(
    samplePairedDevice("d1", {
      approvedScopes,
      tokens: { operator: { generation: 1, scopes, createdAtMs: 1, lastUsedAtMs: 3 } },
    }),
  );
  const token = async () => (await bench.devices.device("d1"))?.tokens.operator;
  return { bench, desk: bench.authenticator.devices, token };
}
const ADDRESS = { deviceId: "d1", role: "operator" };

describe("rotate", () => {
  test("starts a token of a later generation for the same scopes", async () => {
    const { bench, desk, token } = await deskWith(["operator.read"]);
    const record = {
      generation: bench.now,
      scopes: ["operator.read"],
      createdAtMs: 1,
      rotatedAtMs: bench.now,
      lastUsedAtMs: 3,
    };
    expect(await desk.rotate(ADMIN, ADDRESS)).toEqual({
      ok: true,
      value: { record, rotatedAtMs: bench.now },
      effects: [],
    });
    expect(await token()).toEqual(record);
  });

  test("T-PAIR-09 gives the new token to the device itself and to nobody else", async () => {
    const { desk, token } = await deskWith(["operator.read"]);
    const other: DeskCaller = { ...ADMIN, principal: { kind: "device", id: "d2" }, deviceId: "d2" };
    for (const caller of [ADMIN, other]) {
      const answer = await desk.rotate(caller, ADDRESS);
      expect(answer.ok && "token" in answer.value).toBe(false);
    }
    const self: DeskCaller = { ...owner("operator.read"), method: "device-token", deviceId: "d1" };
    const answer = await desk.rotate(self, ADDRESS);
    const record = await token();
    const derived = new DeviceTokens(TEST_TOKEN_KEY).derive("d1", "operator", {
      generation: record?.generation ?? 0,
    });
    expect(answer).toMatchObject({ ok: true, value: { token: derived } });
  });

  test("T-PAIR-01 what is minted lies within the approval and within what the caller holds", async () => {
    const scopes = fc.subarray([...OPERATOR_SCOPES]);
    const wish = fc.option(scopes, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(scopes, scopes, wish, async (held, approved, asked) => {
        const { desk, token } = await deskWith(approved);
        const caller = owner(...held);
        const answer = await desk.rotate(caller, { ...ADDRESS, ...(asked && { scopes: asked }) });
        const minted = (await token())?.scopes ?? [];
        if (!answer.ok) {
          expect(minted).toEqual(approved);
          return;
        }
        expect(minted.every((scope) => scopeCovers(caller.scopes, scope))).toBe(true);
        expect(minted.every((scope) => scopeCovers(approved, scope))).toBe(true);
        expect(minted).toEqual(asked ?? approved);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("T-PAIR-01 who holds pairing alone cannot rotate itself towards admin", async () => {
    const { desk, token } = await deskWith(["operator.admin", "operator.pairing"]);
    const before = await token();
    const refused = { ok: false, refusal: { kind: "scope", missing: "operator.admin" } };
    expect(await desk.rotate(owner(), ADDRESS)).toEqual(refused);
    expect(await desk.rotate(owner(), { ...ADDRESS, scopes: ["operator.admin"] })).toEqual(refused);
    expect(
      await desk.rotate(owner(), { deviceId: "nowhere", role: "operator", scopes: ["operator.admin"] }),
    ).toEqual(refused);
    expect(await token()).toEqual(before);
    expect(await desk.rotate(owner(), { ...ADDRESS, scopes: ["operator.pairing"] })).toMatchObject({
      ok: true,
    });
  });

  test.each(["node", "admin", "constructor", ""])(
    "T-PAIR-03 mints no role %j that the record does not have",
    async (role) => {
      const { bench, desk } = await deskWith(["operator.read"]);
      const before = await bench.devices.devices();
      expect(await desk.rotate(ADMIN, { deviceId: "d1", role })).toEqual(UNKNOWN);
      expect(await bench.devices.devices()).toEqual(before);
    },
  );

  test("T-PAIR-03 a token left behind by a role that was never approved is not revived", async () => {
    const { bench, desk } = await deskWith(["operator.read"]);
    const record = await bench.devices.device("d1");
    const node = { generation: 1, scopes: [], createdAtMs: 1 };
    if (record) await bench.devices.putDevice({ ...record, tokens: { ...record.tokens, node } });
    expect(await desk.rotate(ADMIN, { deviceId: "d1", role: "node" })).toEqual(UNKNOWN);
  });

  test("T-PAIR-05 the baseline bounds every rotation, also after the device's details changed", async () => {
    const { bench, desk, token } = await deskWith([
      "operator.admin",
      "operator.approvals",
      "operator.pairing",
    ]);
    const rotate = (...scopes: string[]) => desk.rotate(ADMIN, { ...ADDRESS, scopes });
    expect(await rotate("operator.talk.secrets")).toEqual(UNKNOWN);
    expect(await rotate("operator.no.such.scope")).toEqual(UNKNOWN);
    expect(await rotate("operator.read")).toMatchObject({ ok: true });
    const record = await bench.devices.device("d1");
    if (record)
      await bench.devices.putDevice({ ...record, scopes: ["operator.talk.secrets"], platform: "other" });
    expect(await rotate("operator.talk.secrets")).toEqual(UNKNOWN);
    expect(await rotate("operator.admin")).toMatchObject({ ok: true });
    expect((await token())?.scopes).toEqual(["operator.admin"]);
  });

  test("brings a revoked token back under a new generation", async () => {
    const { bench, desk, token } = await deskWith(["operator.read"]);
    await desk.revoke(owner(), ADDRESS);
    bench.now += 1;
    await desk.rotate(ADMIN, ADDRESS);
    expect(await token()).toMatchObject({ generation: bench.now, rotatedAtMs: bench.now });
    expect((await token())?.revokedAtMs).toBeUndefined();
  });
});

describe("revoke", () => {
  test("ends the token and says when", async () => {
    const { bench, desk, token } = await deskWith(["operator.read"]);
    expect(await desk.revoke(owner(), ADDRESS)).toEqual({ ok: true, value: bench.now, effects: [] });
    expect(await token()).toMatchObject({ generation: 1, revokedAtMs: bench.now });
  });

  test.each([
    { deviceId: "nowhere", role: "operator" },
    { deviceId: "d1", role: "node" },
    { deviceId: "d1", role: "__proto__" },
  ])("knows no token at $deviceId/$role", async (address) => {
    const { desk } = await deskWith(["operator.read"]);
    expect(await desk.revoke(ADMIN, address)).toEqual(UNKNOWN);
  });
});

describe("log", () => {
  test("T-PAIR-09 tells that a token was rotated or revoked, never which", async () => {
    const { bench, desk, token } = await deskWith(["operator.read"]);
    const self: DeskCaller = { ...owner("operator.read"), deviceId: "d1" };
    await desk.rotate(self, ADDRESS);
    await desk.revoke(ADMIN, ADDRESS);
    expect(bench.log).toEqual(["device token rotated", "device token revoked"]);
    expect(JSON.stringify(await token())).not.toMatch(/[A-Za-z0-9_-]{43}/);
  });
});
