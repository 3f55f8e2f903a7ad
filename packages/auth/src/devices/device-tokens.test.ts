import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coversAll } from "../scopes.ts";
import { samplePairedDevice, TEST_TOKEN_KEY } from "../testing/index.ts";
import { DeviceTokens, ensureTokenRecord } from "./device-tokens.ts";
import type { DeviceTokenRecord } from "./store.ts";

const tokens = new DeviceTokens(TEST_TOKEN_KEY);
const record: DeviceTokenRecord = { generation: 5, scopes: ["operator.write"], createdAtMs: 5 };
const device = samplePairedDevice("d1", { tokens: { operator: record } });
const live = tokens.derive("d1", "operator", record);

describe("DeviceTokens", () => {
  test("T-PAIR-13 a token is 256 bits of base64url that depend on key, device, role and generation", () => {
    expect(live).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const others = [
      new DeviceTokens(new Uint8Array(32)).derive("d1", "operator", record),
      tokens.derive("d2", "operator", record),
      tokens.derive("d1", "node", record),
      tokens.derive("d1", "operator", { generation: 6 }),
    ];
    expect(new Set([live, ...others]).size).toBe(5);
    expect(tokens.derive("d1", "operator", { generation: 5 })).toBe(live);
  });

  test("refuses a key of another length than 32 bytes", () => {
    expect(() => new DeviceTokens(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: "TOKEN_KEY_LENGTH" }),
    );
  });

  test("a change of the caller's key bytes does not change the tokens", () => {
    const key = Uint8Array.from(TEST_TOKEN_KEY);
    const own = new DeviceTokens(key);
    key.fill(0);
    expect(own.derive("d1", "operator", record)).toBe(live);
  });

  test("matches the live token for what it covers", () => {
    const match = (scopes: string[]) => tokens.match(device, { token: live, role: "operator", scopes });
    expect(match([])).toBe("valid");
    expect(match(["operator.read"])).toBe("valid");
    expect(match(["operator.admin"])).toBe("too-narrow");
  });

  test("recognises its own token under the wrong role, and no other", () => {
    expect(tokens.match(device, { token: live, role: "node", scopes: [] })).toBe("too-narrow");
    expect(tokens.match(device, { token: `${live}x`, role: "operator", scopes: [] })).toBe("unknown");
    expect(tokens.match(device, { token: "", role: "operator", scopes: [] })).toBe("unknown");
  });

  test("T-AUTH-16 a revoked, rotated or removed token is unknown", () => {
    const withToken = (changed: DeviceTokenRecord) =>
      samplePairedDevice("d1", { tokens: { operator: changed } });
    const claim = { token: live, role: "operator", scopes: [] } as const;
    expect(tokens.match(withToken({ ...record, revokedAtMs: 9 }), claim)).toBe("unknown");
    expect(tokens.match(withToken({ ...record, generation: 6 }), claim)).toBe("unknown");
    expect(tokens.match(samplePairedDevice("d1", { tokens: {} }), claim)).toBe("unknown");
    expect(tokens.match({ ...device, roles: ["node"] }, claim)).toBe("unknown");
  });
});

describe("ensureTokenRecord", () => {
  const ensure = (current: DeviceTokenRecord | undefined, scopes: readonly string[]) =>
    ensureTokenRecord(current, { role: "operator", scopes, now: 100 });

  test("keeps the live record while it covers what is asked", () => {
    expect(ensure(record, ["operator.read"])).toBe(record);
  });

  test("widens under a new generation", () => {
    expect(ensure(record, ["operator.pairing"])).toEqual({
      generation: 100,
      scopes: ["operator.write", "operator.pairing"],
      createdAtMs: 5,
      rotatedAtMs: 100,
    });
  });

  test("replaces a revoked record without its scopes", () => {
    expect(ensure({ ...record, revokedAtMs: 7 }, ["operator.read"])).toEqual({
      generation: 100,
      scopes: ["operator.read"],
      createdAtMs: 5,
      rotatedAtMs: 100,
    });
  });

  test("always covers what is asked, and every other record has a higher generation", () => {
    const scopes = fc.uniqueArray(
      fc.constantFrom("operator.admin", "operator.read", "operator.write", "operator.talk"),
    );
    fc.assert(
      fc.property(scopes, scopes, fc.integer({ min: 1, max: 500 }), (held, asked, generation) => {
        const before = { generation, scopes: held, createdAtMs: 1 };
        const after = ensure(before, asked);
        expect(coversAll({ role: "operator", held: after.scopes }, asked)).toBe(true);
        if (after !== before) expect(after.generation).toBeGreaterThan(generation);
      }),
      { seed: 13 },
    );
  });
});
