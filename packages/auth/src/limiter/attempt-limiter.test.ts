import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_RATE_LIMIT } from "../policy.ts";
import { AttemptLimiter } from "./attempt-limiter.ts";

function bench(options: { maxClients?: number; sprayThreshold?: number } = {}) {
  const clock = { now: 1_000_000 };
  const policy = { ...DEFAULT_RATE_LIMIT };
  const limiter = new AttemptLimiter({ policy: () => policy, now: () => clock.now, ...options });
  const fail = (times: number, client = "c", kind: Parameters<typeof limiter.fail>[0] = "shared-secret") => {
    for (let index = 0; index < times; index += 1) limiter.fail(kind, client);
  };
  return { clock, policy, limiter, fail };
}

describe("AttemptLimiter", () => {
  test("T-AUTH-09 the tenth wrong guess within a minute locks the client out for five minutes", () => {
    const { clock, limiter, fail } = bench();
    fail(9);
    expect(limiter.lockedForMs("shared-secret", "c")).toBeUndefined();
    fail(1);
    expect(limiter.lockedForMs("shared-secret", "c")).toBe(300_000);
    clock.now += 299_999;
    expect(limiter.lockedForMs("shared-secret", "c")).toBe(1);
    clock.now += 1;
    expect(limiter.lockedForMs("shared-secret", "c")).toBeUndefined();
  });

  test("guesses older than the window do not count", () => {
    const { clock, limiter, fail } = bench();
    fail(9);
    clock.now += 60_000;
    fail(9);
    expect(limiter.lockedForMs("shared-secret", "c")).toBeUndefined();
  });

  test("a right guess clears the record", () => {
    const { limiter, fail } = bench();
    fail(9);
    limiter.succeed("shared-secret", "c");
    fail(9);
    expect(limiter.lockedForMs("shared-secret", "c")).toBeUndefined();
  });

  test("T-AUTH-13 clients and classes have budgets of their own", () => {
    const { limiter, fail } = bench();
    fail(10);
    expect(limiter.lockedForMs("device-token", "c")).toBeUndefined();
    expect(limiter.lockedForMs("shared-secret", "d")).toBeUndefined();
  });

  test("a new policy counts at once", () => {
    const { limiter, policy, fail } = bench();
    policy.maxAttempts = 3;
    policy.lockoutMs = 4_000;
    fail(3);
    expect(limiter.lockedForMs("shared-secret", "c")).toBe(4_000);
  });

  test("a clock that is set back locks nobody out for longer than a lockout", () => {
    const { clock, limiter, fail } = bench();
    fail(10);
    clock.now -= 86_400_000;
    expect(limiter.lockedForMs("shared-secret", "c")).toBeUndefined();
  });

  test("T-AUTH-14 remembers a limited number of clients, the most recent ones", () => {
    const { limiter, fail } = bench({ maxClients: 100, sprayThreshold: Infinity });
    for (let index = 0; index < 5_000; index += 1) fail(1, `client-${index}`);
    expect(limiter.size).toBe(100);
    fail(9, "client-4999");
    expect(limiter.lockedForMs("shared-secret", "client-4999")).toBe(300_000);
  });

  test("T-AUTH-14 while many clients guess, one wrong guess is enough", () => {
    const { clock, limiter, fail } = bench({ sprayThreshold: 50 });
    for (let index = 0; index < 50; index += 1) fail(1, `client-${index}`);
    expect(limiter.lockedForMs("shared-secret", "client-49")).toBeUndefined();
    fail(1, "client-50");
    expect(limiter.lockedForMs("shared-secret", "client-50")).toBe(300_000);
    expect(limiter.lockedForMs("shared-secret", "bystander")).toBeUndefined();
    fail(1, "client-51", "device-token");
    expect(limiter.lockedForMs("device-token", "client-51")).toBeUndefined();
    clock.now += 60_000;
    fail(1, "client-52");
    expect(limiter.lockedForMs("shared-secret", "client-52")).toBeUndefined();
  });

  test("forgets clients whose time is over, without a timer", () => {
    const { clock, limiter, fail } = bench();
    fail(1, "a");
    fail(10, "b");
    clock.now += 60_000;
    fail(1, "c");
    expect(limiter.size).toBe(2);
    clock.now += 300_000;
    fail(1, "d");
    expect(limiter.size).toBe(1);
    limiter.clear();
    expect(limiter.size).toBe(0);
  });

  test("is locked exactly when ten guesses fell into one window since the last success", () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 20_000 }), isRight: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, limiter } = bench();
        let failedAt: number[] = [];
        for (const { waitMs, isRight } of steps) {
          clock.now += waitMs;
          if (limiter.lockedForMs("shared-secret", "c") !== undefined) return;
          if (isRight) limiter.succeed("shared-secret", "c");
          else limiter.fail("shared-secret", "c");
          failedAt = isRight ? [] : [...failedAt, clock.now].filter((at) => at > clock.now - 60_000);
          expect(limiter.lockedForMs("shared-secret", "c") !== undefined).toBe(failedAt.length >= 10);
        }
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});
