import { CLOSE, type ConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import type { Standing } from "../authenticator.ts";
import type { DeskCaller } from "../desk/device-desk.ts";
import type { AuthPolicy } from "../policy.ts";
import {
  type AttemptOptions,
  createTestAuthenticator,
  createTestDevice,
  createTestNamedToken,
  localFacts,
  type TestAuthenticator,
  TEST_PASSWORD,
  TEST_TOKEN,
} from "../testing/index.ts";

const TUI: ConnectParams["client"] = { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" };
const ADMIN: DeskCaller = { principal: { kind: "shared" }, method: "token", scopes: ["operator.admin"] };
const CI = createTestNamedToken("ci");

async function standingIn(bench: TestAuthenticator, attempt: AttemptOptions = {}): Promise<Standing> {
  const verdict = await bench.connect(attempt);
  if (!verdict.ok) throw verdict.error;
  return verdict.standing;
}
/** What a connection that was admitted under one policy is told under another. */
async function after(attempt: AttemptOptions, changes: Partial<AuthPolicy>, start: Partial<AuthPolicy> = {}) {
  const bench = createTestAuthenticator(start);
  const standing = await standingIn(bench, attempt);
  expect(standing()).toBeUndefined();
  bench.policy = { ...bench.policy, ...changes };
  return standing();
}

describe("a connection by the shared secret", () => {
  const byToken = { params: { auth: { token: TEST_TOKEN } } };
  const byPassword = { params: { auth: { password: TEST_PASSWORD } } };

  test("T-AUTH-15 ends when the secret changes, goes, or no longer counts", async () => {
    expect(await after(byToken, { token: "another-secret" })).toBe(CLOSE.authChanged);
    expect(await after(byToken, { token: "changeme" })).toBe(CLOSE.authChanged);
    expect(await after(byToken, { mode: "password" })).toBe(CLOSE.authChanged);
    expect(await after(byPassword, { password: "another" }, { mode: "password" })).toBe(CLOSE.authChanged);
  });

  test("goes on while the secret is the same, whatever else changes", async () => {
    expect(
      await after(byToken, { token: ` ${TEST_TOKEN} `, password: "another", tokens: [CI.entry] }),
    ).toBeUndefined();
    expect(await after(byPassword, { token: "another" }, { mode: "password" })).toBeUndefined();
  });

  test("T-AUTH-15 a change that is taken back in between ends nobody", async () => {
    const bench = createTestAuthenticator();
    const standing = await standingIn(bench, byToken);
    bench.policy = { ...bench.policy, password: "another" };
    expect(standing()).toBeUndefined();
    bench.policy = { ...bench.policy, token: "another" };
    expect(standing()).toBe(CLOSE.authChanged);
    bench.policy = { ...bench.policy, token: TEST_TOKEN };
    expect(standing()).toBeUndefined();
  });
});

describe("a connection by other means", () => {
  test("T-AUTH-15 without credentials ends when some are asked for", async () => {
    const client = { id: "gateway-client", mode: "backend", version: "1", platform: "linux" } as const;
    expect(await after({ params: { client } }, { mode: "token" }, { mode: "none" })).toBe(CLOSE.authChanged);
    expect(await after({ params: { client } }, { token: "another" }, { mode: "none" })).toBeUndefined();
  });

  test("T-AUTH-15 by a proxy ends when the proxy or its user is no longer believed", async () => {
    const trustedProxy = { userHeader: "x-user", requiredHeaders: [], allowUsers: ["ada", "bo"] };
    const start = {
      mode: "trusted-proxy",
      trustedProxies: ["192.0.2.9"],
      trustedProxy,
      controlUi: { ...createTestAuthenticator().policy.controlUi, allowedOrigins: ["https://ui.example"] },
    } as const;
    const facts = {
      remoteAddress: "192.0.2.9",
      headers: {
        host: "ui.example",
        origin: "https://ui.example",
        "x-forwarded-for": "198.51.100.1",
        "x-user": "ada",
      },
    };
    const client = { id: "openclaw-control-ui", mode: "webchat", version: "1", platform: "web" } as const;
    const attempt = { facts, params: { client }, policy: createTestAuthenticator(start).policy };
    expect(await after(attempt, { trustedProxy: { ...trustedProxy, allowUsers: ["bo"] } }, start)).toBe(
      CLOSE.authChanged,
    );
    expect(await after(attempt, { trustedProxies: [] }, start)).toBe(CLOSE.authChanged);
    expect(await after(attempt, { mode: "token" }, start)).toBe(CLOSE.authChanged);
    expect(await after(attempt, { token: "another" }, start)).toBeUndefined();
  });
});

describe("a connection by a named token", () => {
  const attempt = { params: { auth: { token: CI.text } } };
  const start = { tokens: [CI.entry, createTestNamedToken("other").entry] };

  test("T-AUTH-15 ends when the entry is removed or edited in any way", async () => {
    const edits: Partial<typeof CI.entry>[] = [
      { hash: createTestNamedToken("other").entry.hash },
      { role: "node" },
      { scopes: [] },
      { scopes: ["operator.read", "operator.write"] },
      { cidr: ["127.0.0.1"] },
      { cidr: [] },
      { expiresAtMs: 1_900_000_000_000 },
      { name: "renamed" },
    ];
    expect(await after(attempt, { tokens: [] }, start)).toBe(CLOSE.namedTokenRevoked);
    for (const edit of edits) {
      expect(await after(attempt, { tokens: [{ ...CI.entry, ...edit }] }, start)).toBe(
        CLOSE.namedTokenRevoked,
      );
    }
    expect(await after(attempt, { mode: "trusted-proxy" }, start)).toBe(CLOSE.namedTokenRevoked);
  });

  test("goes on while the entry says the same, wherever it stands in the list", async () => {
    const changes = {
      tokens: [createTestNamedToken("new").entry, { ...CI.entry, scopes: [...CI.entry.scopes] }],
    };
    expect(await after(attempt, { ...changes, token: "another-secret" }, start)).toBeUndefined();
    expect(await after(attempt, { mode: "password" }, start)).toBeUndefined();
  });

  test("ends when the term is over, without any change of the policy", async () => {
    const bench = createTestAuthenticator({ tokens: [{ ...CI.entry, expiresAtMs: 1_800_000_010_000 }] });
    const standing = await standingIn(bench, attempt);
    bench.now = 1_800_000_009_999;
    expect(standing()).toBeUndefined();
    bench.now = 1_800_000_010_000;
    expect(standing()).toBe(CLOSE.namedTokenExpired);
  });
});

describe("a connection of a paired device", () => {
  async function pairedDevice() {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const connect = (auth: ConnectParams["auth"]) => bench.connect({ device, params: { client: TUI, auth } });
    const first = await connect({ token: TEST_TOKEN });
    if (!first.ok) throw first.error;
    const bySecret = first.standing;
    const byToken = await standingIn(bench, {
      device,
      params: { client: TUI, auth: { deviceToken: first.grant.issued?.deviceToken } },
    });
    const neighbour = await standingIn(bench, {
      device: createTestDevice(),
      params: { client: TUI, auth: { token: TEST_TOKEN } },
    });
    return { bench, desk: bench.authenticator.devices, device, bySecret, byToken, neighbour };
  }
  const address = ({ deviceId }: { readonly deviceId: string }) => ({ deviceId, role: "operator" });

  test("T-AUTH-16 ends when the device is removed, however it came in", async () => {
    const { desk, device, bySecret, byToken, neighbour } = await pairedDevice();
    await desk.remove(ADMIN, device.deviceId);
    expect([bySecret(), byToken(), neighbour()]).toEqual([
      CLOSE.deviceRemoved,
      CLOSE.deviceRemoved,
      undefined,
    ]);
  });

  test("T-AUTH-16 ends when its token is revoked", async () => {
    const { desk, device, bySecret, byToken, neighbour } = await pairedDevice();
    await desk.revoke(ADMIN, address(device));
    const told = CLOSE.deviceTokenRevoked;
    expect([bySecret(), byToken(), neighbour()]).toEqual([told, told, undefined]);
  });

  test("T-AUTH-16 ends when the token it came in with is rotated", async () => {
    const { desk, device, bySecret, byToken, neighbour } = await pairedDevice();
    await desk.rotate(ADMIN, address(device));
    expect([bySecret(), byToken(), neighbour()]).toEqual([undefined, CLOSE.deviceTokenRotated, undefined]);
  });

  test("is not told what happened before it came", async () => {
    const { bench, desk, device } = await pairedDevice();
    await desk.rotate(ADMIN, address(device));
    await desk.revoke(ADMIN, address(device));
    await desk.remove(ADMIN, device.deviceId);
    const again = await standingIn(bench, { device, params: { client: TUI, auth: { token: TEST_TOKEN } } });
    expect(again()).toBeUndefined();
  });

  test("T-AUTH-16 is told what happened while it was being judged", async () => {
    const { bench, desk, device } = await pairedDevice();
    const [verdict] = await Promise.all([
      bench.connect({ device, params: { client: TUI, auth: { token: TEST_TOKEN } } }),
      desk.remove(ADMIN, device.deviceId),
    ]);
    expect(verdict.ok && verdict.standing()).toBe(CLOSE.deviceRemoved);
  });

  test("T-AUTH-15 ends with the shared secret it used, and survives it by its own token", async () => {
    const { bench, bySecret, byToken } = await pairedDevice();
    bench.policy = { ...bench.policy, token: "another-secret" };
    expect([bySecret(), byToken()]).toEqual([CLOSE.authChanged, undefined]);
  });

  test("T-DOS-16 the endings of a thousand other devices are enough to remember", async () => {
    const { bench, desk, byToken, device } = await pairedDevice();
    await desk.remove(ADMIN, device.deviceId);
    for (let index = 0; index < 900; index += 1) {
      const deviceId = `d${index}`;
      await bench.devices.putDevice({
        deviceId,
        publicKey: deviceId,
        roles: ["operator"],
        scopes: [],
        approvedScopes: [],
        tokens: {},
        createdAtMs: 1,
        approvedAtMs: 1,
      });
      await desk.remove(ADMIN, deviceId);
    }
    expect(byToken()).toBe(CLOSE.deviceRemoved);
  });
});

test("a page of our own is watched like any other client", async () => {
  const params = {
    client: { id: "openclaw-control-ui", mode: "webchat", version: "1", platform: "web" },
    auth: { token: TEST_TOKEN },
  } as const;
  const attempt = {
    device: createTestDevice(),
    facts: localFacts({ origin: "http://localhost:18789" }),
    params,
  };
  expect(await after(attempt, { token: "another-secret" })).toBe(CLOSE.authChanged);
});
