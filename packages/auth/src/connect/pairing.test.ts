import type { ConnectParams, Dialect } from "@openclaw/protocol";
import fc from "fast-check";
import { OPERATOR_SCOPES } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { coversAll } from "../scopes.ts";
import type { AuthPolicy } from "../policy.ts";
import {
  type AttemptOptions,
  createTestAuthenticator,
  createTestDevice,
  localFacts,
  samplePairedDevice,
  TEST_TOKEN,
  testPolicy,
} from "../testing/index.ts";

const GOOD = { token: TEST_TOKEN };
const UI: ConnectParams["client"] = {
  id: "openclaw-control-ui",
  mode: "webchat",
  version: "1",
  platform: "web",
};
const TUI: ConnectParams["client"] = { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" };
const remoteFrom = (remoteAddress: string) => ({ remoteAddress, headers: { host: "gw.example" } });
const REMOTE = remoteFrom("192.0.2.1");

async function reasonOf(attempt: AttemptOptions, policy: Partial<AuthPolicy> = {}) {
  const verdict = await createTestAuthenticator(policy).connect({ device: createTestDevice(), ...attempt });
  return verdict.ok ? "paired" : (verdict.error.details as { reason?: string }).reason;
}

describe("silent pairing", () => {
  test("T-PAIR-11 needs a direct local peer", async () => {
    const proxied = { trustedProxies: ["127.0.0.1"] };
    const behindProxy = localFacts({ "x-forwarded-for": "127.0.0.1" });
    expect(await reasonOf({ params: { auth: GOOD } })).toBe("paired");
    expect(await reasonOf({ facts: REMOTE, params: { auth: GOOD } })).toBe("not-paired");
    expect(await reasonOf({ facts: localFacts({ host: "gw.example" }), params: { auth: GOOD } })).toBe(
      "not-paired",
    );
    expect(await reasonOf({ facts: behindProxy, params: { auth: GOOD } }, proxied)).toBe("not-paired");
    expect(await reasonOf({ params: { auth: GOOD } }, proxied)).toBe("not-paired");
  });

  test.each<Dialect>([3, 4])(
    "T-PAIR-11 dialect %i: a page needs our own origin and the secret",
    async (dialect) => {
      const listed = { controlUi: { ...testPolicy().controlUi, allowedOrigins: ["https://ui.example"] } };
      const own = localFacts({ origin: "http://localhost:18789" });
      const other = localFacts({ origin: "https://ui.example" });
      const params = { client: UI, auth: GOOD };
      expect(await reasonOf({ dialect, facts: own, params })).toBe("paired");
      expect(await reasonOf({ dialect, facts: other, params }, listed)).toBe("not-paired");
      expect(await reasonOf({ dialect, facts: own, params: { client: UI } }, { mode: "none" })).toBe(
        "not-paired",
      );
      // The exemption of dialect 3 is for programs: a page that calls itself a CLI is still a page.
      expect(await reasonOf({ dialect, facts: other, params: { auth: GOOD } }, listed)).toBe("not-paired");
    },
  );

  test("T-PAIR-11 is not granted to a device whose request the owner already sees", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const params = { client: TUI, auth: GOOD };
    await bench.connect({ device, facts: REMOTE, params });
    const local = await bench.connect({ device, params });
    expect(local).toMatchObject({
      ok: false,
      error: { details: { reason: "not-paired", requestId: "request-1" } },
    });
    bench.now += 300_000;
    expect(await bench.connect({ device, params })).toMatchObject({ ok: true });
    expect(bench.log).toContain("device paired silently");
  });

  test("ends when a thousand devices are paired", async () => {
    const bench = createTestAuthenticator();
    for (let index = 0; index < 1_000; index += 1)
      await bench.devices.putDevice(samplePairedDevice(`d${index}`));
    const verdict = await bench.connect({ device: createTestDevice(), params: { client: TUI, auth: GOOD } });
    expect(verdict).toMatchObject({ ok: false, error: { details: { reason: "not-paired" } } });
  });

  test("T-PAIR-11 never widens an approval", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    await bench.connect({ device, params: { client: TUI, auth: GOOD } });
    const wider = await bench.connect({
      device,
      params: { client: TUI, scopes: ["operator.write"], auth: GOOD },
    });
    expect(wider).toMatchObject({ ok: false, error: { details: { reason: "scope-upgrade" } } });
    const [record] = await bench.devices.devices();
    expect(record).toMatchObject({ approvedScopes: ["operator.read"], scopes: ["operator.read"] });
  });
});

describe("paired devices", () => {
  async function approved(approvedScopes: readonly string[]) {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const { deviceId, publicKey } = device;
    await bench.devices.putDevice(
      samplePairedDevice(deviceId, { publicKey, approvedScopes, scopes: approvedScopes, tokens: {} }),
    );
    return { bench, device };
  }

  test("T-PAIR-10 what a connection may do was asked for and approved, whatever is asked", async () => {
    const scopes = fc.subarray([...OPERATOR_SCOPES]);
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (asked, granted) => {
        const { bench, device } = await approved(granted);
        const params = { client: TUI, scopes: asked, auth: GOOD };
        const verdict = await bench.connect({ device, facts: REMOTE, params });
        const holder = { role: "operator", held: granted } as const;
        expect(verdict.ok).toBe(coversAll(holder, asked));
        if (!verdict.ok) return;
        expect(verdict.grant.scopes).toEqual(asked);
        expect(coversAll(holder, verdict.grant.issued?.scopes ?? ["nothing was issued"])).toBe(true);
      }),
      { seed: 10, numRuns: 60 },
    );
  });

  test("T-PAIR-05 T-PAIR-10 the shared secret of dialect 3 does not widen the token of a paired device", async () => {
    const { bench, device } = await approved(["operator.read"]);
    const cli = { scopes: ["operator.admin"], auth: GOOD };
    const wider = await bench.connect({ device, dialect: 3, params: cli });
    if (!wider.ok) throw wider.error;
    expect(wider.grant.scopes).toEqual(["operator.admin"]);
    expect(wider.grant.issued).toBeUndefined();
    const covered = await bench.connect({
      device,
      dialect: 3,
      params: { ...cli, scopes: ["operator.read"] },
    });
    expect(covered).toMatchObject({ ok: true, grant: { issued: { scopes: ["operator.read"] } } });
    expect(await bench.devices.device(device.deviceId)).toMatchObject({ approvedScopes: ["operator.read"] });
  });

  test("T-PAIR-05 only the approved baseline counts, not what the record says besides", async () => {
    const { bench, device } = await approved(["operator.read"]);
    const record = await bench.devices.device(device.deviceId);
    if (record) await bench.devices.putDevice({ ...record, scopes: ["operator.admin"] });
    const verdict = await bench.connect({
      device,
      params: { client: TUI, scopes: ["operator.admin"], auth: GOOD },
    });
    expect(verdict).toMatchObject({ ok: false, error: { details: { reason: "scope-upgrade" } } });
  });

  test("a device that asks for another approved scope gets a wider token, and the old one dies", async () => {
    const { bench, device } = await approved(["operator.read", "operator.pairing"]);
    const connect = (scopes: string[], auth: ConnectParams["auth"]) =>
      bench.connect({ device, params: { client: TUI, scopes, auth } });
    const first = await connect(["operator.read"], GOOD);
    bench.now += 1_000;
    const second = await connect(["operator.pairing"], GOOD);
    if (!first.ok || !second.ok) throw new Error("refused");
    expect(second.grant.issued).toMatchObject({
      scopes: ["operator.read", "operator.pairing"],
      issuedAtMs: bench.now,
    });
    const old = await connect(["operator.read"], { deviceToken: first.grant.issued?.deviceToken });
    expect(old).toMatchObject({ ok: false, error: { details: { authReason: "device_token_mismatch" } } });
  });

  test("T-AUTH-16 removing the device ends its token, also after it is paired again", async () => {
    const { bench, device } = await approved(["operator.read"]);
    const params = { client: TUI, auth: GOOD };
    const first = await bench.connect({ device, params });
    if (!first.ok) throw first.error;
    await bench.devices.removeDevice(device.deviceId);
    const auth = { deviceToken: first.grant.issued?.deviceToken };
    const byToken = () => bench.connect({ device, params: { client: TUI, auth } });
    expect(await byToken()).toMatchObject({
      ok: false,
      error: { details: { authReason: "device_token_mismatch" } },
    });
    bench.now += 1_000;
    expect(await bench.connect({ device, params })).toMatchObject({ ok: true, effects: [{}] });
    expect(await byToken()).toMatchObject({ ok: false });
  });

  test("the last visit and the last use of the token are noted once a minute, not with every connect", async () => {
    const { bench, device } = await approved(["operator.read"]);
    const connect = (auth: ConnectParams["auth"]) => bench.connect({ device, params: { client: TUI, auth } });
    const noted = async () => {
      const record = await bench.devices.device(device.deviceId);
      return [record?.lastSeenAtMs, record?.tokens.operator?.lastUsedAtMs];
    };
    const start = bench.now;
    const first = await connect(GOOD);
    if (!first.ok) throw first.error;
    expect(await noted()).toEqual([start, undefined]);
    const byToken = { deviceToken: first.grant.issued?.deviceToken };
    bench.now = start + 30_000;
    await connect(byToken);
    expect(await noted()).toEqual([start + 30_000, start + 30_000]);
    bench.now = start + 89_999;
    await connect(byToken);
    expect(await noted()).toEqual([start + 30_000, start + 30_000]);
    bench.now = start + 90_000;
    await connect(byToken);
    expect(await noted()).toEqual([start + 90_000, start + 90_000]);
  });

  test("T-PAIR-05 what a device was let in with is listed, and widens its baseline by nothing", async () => {
    const { bench, device } = await approved(["operator.write"]);
    const params = { client: { ...TUI, platform: "other", displayName: "renamed" }, auth: GOOD };
    await bench.connect({ device, params: { ...params, scopes: ["operator.read"] } });
    expect(await bench.devices.device(device.deviceId)).toMatchObject({
      platform: "other",
      displayName: "renamed",
      scopes: ["operator.write", "operator.read"],
      approvedScopes: ["operator.write"],
    });
  });

  test("connects of one device at the same time get one token", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const attempt = { device, params: { client: TUI, auth: GOOD } };
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => bench.connect(attempt)));
    const tokens = new Set(verdicts.map((verdict) => verdict.ok && verdict.grant.issued?.deviceToken));
    expect(tokens.size).toBe(1);
    expect(verdicts.flatMap((verdict) => verdict.effects)).toHaveLength(1);
  });
});

describe("pending requests", () => {
  const ask = (bench: ReturnType<typeof createTestAuthenticator>, attempt: AttemptOptions = {}) =>
    bench.connect({
      device: createTestDevice(),
      facts: REMOTE,
      params: { client: TUI, auth: GOOD },
      ...attempt,
    });

  test("a device that asks again keeps its request, merges its wishes and gets a fresh term", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    await ask(bench, { device });
    bench.now += 299_999;
    const params = { client: TUI, scopes: ["operator.write"], auth: GOOD };
    expect((await ask(bench, { device, params })).effects).toEqual([]);
    expect(await bench.devices.pending()).toMatchObject([
      {
        requestId: "request-1",
        roles: ["operator"],
        scopes: ["operator.read", "operator.write"],
        remoteIp: "192.0.2.1",
        ts: bench.now,
      },
    ]);
  });

  test("T-PAIR-12 a request expires five minutes after it was last asked for", async () => {
    const bench = createTestAuthenticator();
    await ask(bench);
    bench.now += 300_000;
    await ask(bench);
    expect(await bench.devices.pending()).toMatchObject([{ requestId: "request-2" }]);
  });

  test("T-PAIR-12 one client files ten requests, then has to wait", async () => {
    const bench = createTestAuthenticator();
    const known = createTestDevice();
    await ask(bench, { device: known });
    for (let index = 1; index < 10; index += 1) await ask(bench);
    const eleventh = await ask(bench);
    expect(eleventh).toMatchObject({
      ok: false,
      error: { details: { authReason: "rate_limited" }, retryAfterMs: 300_000 },
      effects: [],
    });
    expect(await ask(bench, { device: known })).toMatchObject({
      error: { details: { reason: "not-paired" } },
    });
    expect(await ask(bench, { facts: remoteFrom("192.0.2.2") })).toMatchObject({ effects: [{}] });
  });

  test("T-PAIR-12 at most fifty wait at the same time, announced once each", async () => {
    const bench = createTestAuthenticator();
    let announced = 0;
    for (let index = 0; index < 80; index += 1) {
      const facts = remoteFrom(`192.0.2.${index % 250}`);
      announced += (await ask(bench, { facts })).effects.length;
    }
    expect(announced).toBe(50);
    expect(await bench.devices.pending()).toHaveLength(50);
    bench.now += 100_000;
    const late = await ask(bench, { facts: remoteFrom("198.51.100.1") });
    expect(late).toMatchObject({ error: { details: { authReason: "rate_limited" }, retryAfterMs: 200_000 } });
  });

  test("T-DOS-16 over-long names are cut before they are kept", async () => {
    const bench = createTestAuthenticator();
    const client = { ...TUI, displayName: "x".repeat(10_000) };
    await ask(bench, { params: { client, auth: GOOD } });
    const [request] = await bench.devices.pending();
    expect(request?.displayName).toHaveLength(256);
  });
});
