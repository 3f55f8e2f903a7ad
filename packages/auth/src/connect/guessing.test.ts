import type { ConnectParams } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTestAuthenticator, createTestDevice, localFacts, TEST_TOKEN } from "../testing/index.ts";

const TUI: ConnectParams["client"] = { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" };
const NAT = { remoteAddress: "192.0.2.1", headers: { host: "gw.example" } };

const reasonOf = (verdict: Awaited<ReturnType<ReturnType<typeof createTestAuthenticator>["connect"]>>) =>
  verdict.ok ? verdict.grant.method : (verdict.error.details as { authReason?: string }).authReason;

/** A paired device, and a way to connect with any credentials through one shared address. */
async function neighbours() {
  const bench = createTestAuthenticator();
  const device = createTestDevice();
  const paired = await bench.connect({ device, params: { client: TUI, auth: { token: TEST_TOKEN } } });
  if (!paired.ok) throw paired.error;
  const token = paired.grant.issued?.deviceToken ?? "";
  const connect = async (
    auth: ConnectParams["auth"],
    who: ReturnType<typeof createTestDevice> | undefined = device,
  ) =>
    reasonOf(await bench.connect({ facts: NAT, params: { client: TUI, auth }, ...(who && { device: who }) }));
  return { bench, token, connect };
}

describe("guessing", () => {
  test("T-AUTH-09 T-AUTH-12 the eleventh wrong token is refused unread, and so is the right one", async () => {
    const bench = createTestAuthenticator();
    const connect = async (token: string) => bench.connect({ facts: NAT, params: { auth: { token } } });
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect(reasonOf(await connect("wrong"))).toBe("token_mismatch");
    for (const token of ["wrong", TEST_TOKEN]) {
      expect(await connect(token)).toMatchObject({
        error: {
          message: "unauthorized: too many failed authentication attempts (retry later)",
          details: { code: "AUTH_RATE_LIMITED", recommendedNextStep: "wait_then_retry" },
          retryable: true,
          retryAfterMs: 300_000,
        },
      });
    }
    bench.now += 300_000;
    expect(reasonOf(await connect(TEST_TOKEN))).toBe("token");
  });

  test("T-AUTH-09 HTTP and WebSocket share the budget of the secret", async () => {
    const bench = createTestAuthenticator();
    for (let attempt = 0; attempt < 10; attempt += 1)
      bench.http({ authorization: "Bearer wrong" }, NAT_WITH("wrong"));
    expect(reasonOf(await bench.connect({ facts: NAT, params: { auth: { token: TEST_TOKEN } } }))).toBe(
      "rate_limited",
    );
  });

  test("T-AUTH-10 a bogus device token beside the guess does not buy more guesses", async () => {
    const bench = createTestAuthenticator();
    const reasons: unknown[] = [];
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const auth = { token: `guess-${attempt}`, deviceToken: `bogus-${attempt}` };
      reasons.push(
        reasonOf(await bench.connect({ facts: NAT, device: createTestDevice(), params: { auth } })),
      );
    }
    expect(reasons.slice(0, 10)).toEqual(Array(10).fill("device_token_mismatch"));
    expect(reasons.slice(10)).toEqual(Array(10).fill("rate_limited"));
  });

  test("T-AUTH-13 missing credentials never lock anybody out", async () => {
    const { connect } = await neighbours();
    for (let attempt = 0; attempt < 20; attempt += 1) expect(await connect({})).toBe("token_missing");
    expect(await connect({ token: TEST_TOKEN })).toBe("token");
  });

  test("T-AUTH-13 a neighbour with a stale token does not lock out a valid device token", async () => {
    const { connect, token } = await neighbours();
    const stranger = createTestDevice();
    for (let attempt = 0; attempt < 20; attempt += 1) await connect({ token: "stale" }, stranger);
    expect(await connect({ token: "stale" }, stranger)).toBe("rate_limited");
    expect(await connect({ deviceToken: token })).toBe("device-token");
    for (let attempt = 0; attempt < 20; attempt += 1) await connect({ deviceToken: "stale" }, stranger);
    expect(await connect({ deviceToken: token })).toBe("device-token");
  });

  test("a stale shared token beside a valid device token admits, also while the shared secret is locked", async () => {
    const { connect, token } = await neighbours();
    for (let attempt = 0; attempt < 15; attempt += 1) {
      expect(await connect({ token: "stale", deviceToken: token })).toBe("device-token");
    }
    expect(await connect({ token: TEST_TOKEN }, createTestDevice())).toBe("rate_limited");
  });

  test("a device token in auth.token is no guess at the shared secret", async () => {
    const { connect, token } = await neighbours();
    for (let attempt = 0; attempt < 15; attempt += 1) expect(await connect({ token })).toBe("device-token");
    expect(await connect({ token: TEST_TOKEN })).toBe("token");
  });

  test("a device that used up the shared budget with a stale token still gets in with its own", async () => {
    const { connect, token } = await neighbours();
    for (let attempt = 0; attempt < 10; attempt += 1) await connect({ token: "stale" });
    expect(await connect({ token: "stale" })).toBe("rate_limited");
    expect(await connect({ deviceToken: token })).toBe("device-token");
  });

  test("guesses at the token of one device lock that device's token only", async () => {
    const { connect, token } = await neighbours();
    for (let attempt = 0; attempt < 10; attempt += 1) await connect({ deviceToken: "guess" });
    expect(await connect({ deviceToken: token })).toBe("rate_limited");
    expect(await connect({ token: TEST_TOKEN })).toBe("token");
  });

  test("a broken proof hides whether the secret was right, and does not count", async () => {
    const { bench } = await neighbours();
    const device = createTestDevice();
    const sign: typeof device.sign = (params, options) => {
      const signed = device.sign(params, options);
      return { ...signed, device: { ...signed.device!, signature: "AAAA" } };
    };
    const attempt = (token: string) =>
      bench.connect({ facts: NAT, device: { ...device, sign }, params: { auth: { token } } });
    const right = await attempt(TEST_TOKEN);
    for (let tries = 0; tries < 12; tries += 1) expect(await attempt("wrong")).toEqual(right);
  });

  test("T-WEB-02 a page on this machine cannot guess without limit", async () => {
    const bench = createTestAuthenticator();
    const facts = localFacts({ origin: "http://localhost:18789" });
    const connect = async (token: string) =>
      reasonOf(await bench.connect({ facts, params: { auth: { token } } }));
    for (let attempt = 0; attempt < 10; attempt += 1) await connect("wrong");
    expect(await connect(TEST_TOKEN)).toBe("rate_limited");
  });
});

describe("verdicts", () => {
  test("T-AUTH-22 no secret is ever echoed, neither the gateway's nor the client's", async () => {
    const secret = fc
      .string({ minLength: 12, maxLength: 40, unit: "grapheme-ascii" })
      .filter((text) => text.trim().length > 11);
    await fc.assert(
      fc.asyncProperty(secret, secret, secret, async (token, deviceToken, password) => {
        const bench = createTestAuthenticator();
        const auth = { token, deviceToken, password };
        for (const device of [undefined, createTestDevice()]) {
          const verdict = await bench.connect({ params: { auth }, ...(device && { device }) });
          const text = JSON.stringify(verdict.ok ? {} : [verdict.error.toShape(), verdict.close, bench.log]);
          for (const each of [token, deviceToken, password, TEST_TOKEN])
            expect(text).not.toContain(each.trim());
        }
      }),
      { seed: 22, numRuns: 50 },
    );
  });

  test("T-AUTH-15 a rotated secret counts for the next connect", async () => {
    const bench = createTestAuthenticator();
    const connect = async (token: string) => reasonOf(await bench.connect({ params: { auth: { token } } }));
    bench.policy = { ...bench.policy, token: "rotated" };
    expect(await connect(TEST_TOKEN)).toBe("token_mismatch");
    expect(await connect("rotated")).toBe("token");
  });

  test("a closed authenticator has forgotten every lockout", async () => {
    const bench = createTestAuthenticator();
    const connect = async (token: string) =>
      reasonOf(await bench.connect({ facts: NAT, params: { auth: { token } } }));
    for (let attempt = 0; attempt < 10; attempt += 1) await connect("wrong");
    bench.authenticator.close();
    expect(await connect(TEST_TOKEN)).toBe("token");
  });

  test("a loopback peer under a foreign Host is reported to the operator", async () => {
    const bench = createTestAuthenticator();
    await bench.connect({
      facts: localFacts({ host: "gw.example" }),
      params: { auth: { token: TEST_TOKEN } },
    });
    expect(bench.log).toContain("loopback peer counts as remote");
  });
});

function NAT_WITH(token: string) {
  return { ...NAT, headers: { ...NAT.headers, authorization: `Bearer ${token}` } };
}
