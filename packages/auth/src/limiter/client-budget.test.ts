import { describe, expect, test } from "vitest";
import type { PeerFacts } from "../peer/facts.ts";
import { resolvePeer } from "../peer/resolve-peer.ts";
import { DEFAULT_RATE_LIMIT } from "../policy.ts";
import { localFacts, testPolicy } from "../testing/index.ts";
import { AttemptLimiter } from "./attempt-limiter.ts";
import { budgetOf } from "./client-budget.ts";

function bench(rateLimit = DEFAULT_RATE_LIMIT) {
  const limiter = new AttemptLimiter({ policy: () => rateLimit, now: () => 1 });
  const warnings: unknown[] = [];
  const logger = { warn: (...entry: unknown[]) => void warnings.push(entry) };
  const policy = testPolicy({ rateLimit });
  const budget = (facts: PeerFacts) => budgetOf(resolvePeer(facts, policy), { limiter, policy, logger });
  const failTenTimes = (facts: PeerFacts) => {
    const own = budget(facts);
    for (let index = 0; index < 10; index += 1) own.fail("shared-secret");
    return own.lockedForMs("shared-secret");
  };
  return { failTenTimes, budget, limiter, warnings };
}

const remote = (remoteAddress: string): PeerFacts => ({ remoteAddress, headers: { host: "gw.example" } });

describe("budgetOf", () => {
  test("T-AUTH-09 every peer that is not local is limited by default", () => {
    const { failTenTimes, warnings } = bench();
    expect(failTenTimes(remote("192.0.2.1"))).toBe(300_000);
    expect(warnings).toEqual([
      ["client locked out", { kind: "shared-secret", client: "192.0.2.1", lockedForMs: 300_000 }],
    ]);
  });

  test("a local program is never limited nor remembered", () => {
    const { failTenTimes, limiter } = bench();
    expect(failTenTimes(localFacts())).toBeUndefined();
    expect(limiter.size).toBe(0);
  });

  test("T-WEB-02 a page on this machine is limited like anybody else", () => {
    expect(bench().failTenTimes(localFacts({ origin: "http://localhost:18789" }))).toBe(300_000);
  });

  test("a loopback peer under a foreign Host is limited: it may be a tunnel", () => {
    expect(bench().failTenTimes(localFacts({ host: "gw.example" }))).toBe(300_000);
  });

  test("without the exemption a local program is limited too", () => {
    const strict = bench({ ...DEFAULT_RATE_LIMIT, exemptLoopback: false });
    expect(strict.failTenTimes(localFacts())).toBe(300_000);
  });

  test("T-AUTH-11 mapped and plain IPv4, and the addresses of one /64, share a budget", () => {
    const { failTenTimes, budget } = bench();
    failTenTimes(remote("192.0.2.1"));
    expect(budget(remote("::ffff:192.0.2.1")).lockedForMs("shared-secret")).toBe(300_000);
    failTenTimes(remote("2001:db8::1"));
    expect(budget(remote("2001:db8::ffff:1")).lockedForMs("shared-secret")).toBe(300_000);
    expect(budget(remote("2001:db8:0:1::1")).lockedForMs("shared-secret")).toBeUndefined();
  });
});
