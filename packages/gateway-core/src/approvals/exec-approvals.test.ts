import { LIMITS, RpcError } from "@openclaw/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ApprovalWish, createExecApprovals, type PendingApproval } from "./exec-approvals.ts";

const NOBODY = { cwd: null, nodeId: null, host: null, security: null, ask: null };
const REQUEST = { command: "rm -rf build", ...NOBODY, agentId: "main", resolvedPath: null, sessionKey: null };
const open = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function desk() {
  const log: string[] = [];
  const line = (text: string) => void log.push(text);
  const logger = { debug: line, info: line, warn: line, error: line };
  const approvals = createExecApprovals({ now: Date.now, logger });
  const ask = (wish: Partial<ApprovalWish> = {}) =>
    approvals.ask({ request: REQUEST, timeoutMs: 60_000, principal: "shared", digest: "d", ...wish });
  const asked = (wish: Partial<ApprovalWish> = {}): PendingApproval => {
    const approval = ask(wish);
    if (typeof approval === "string") throw new Error(approval);
    return approval;
  };
  return { approvals, ask, asked, log };
}

describe("commands that wait for a person", () => {
  test("are decided once, and whoever waits hears the same", async () => {
    const { approvals, asked, log } = desk();
    const { id, createdAtMs, expiresAtMs } = asked();
    expect(expiresAtMs - createdAtMs).toBe(60_000);
    const waiting = [approvals.outcome(id, open), approvals.outcome(id, open)];
    expect(approvals.resolve(id, "allow-once", "actor=ada")).toBe("resolved");
    expect(approvals.resolve(id, "deny", "actor=eve")).toBe("unknown");
    const outcome = { id, decision: "allow-once", createdAtMs, expiresAtMs };
    expect(await Promise.all(waiting)).toEqual([outcome, outcome]);
    expect(approvals.pending()).toEqual([]);
    expect(log).toEqual([
      `exec approval decision=allow-once id="${id}" agentId="main" command="rm -rf build" actor=ada`,
    ]);
  });

  test("end without a decision when their time is up, in the audit too", async () => {
    const { approvals, asked, log } = desk();
    const { id } = asked({ id: "ap-2", timeoutMs: 400 });
    const waiting = approvals.outcome(id, open);
    vi.advanceTimersByTime(400);
    expect(await waiting).toMatchObject({ id: "ap-2", decision: null });
    expect(approvals.resolve(id, "allow-once", "actor=late")).toBe("unknown");
    expect(log).toEqual([
      'exec approval ended without a decision id="ap-2" agentId="main" command="rm -rf build"',
    ]);
  });

  test("cannot be decided after their time, even when no timer has run yet", () => {
    const { approvals, asked } = desk();
    const { id } = asked({ timeoutMs: 400 });
    vi.setSystemTime(Date.now() + 400);
    expect([approvals.find(id), approvals.pending()]).toEqual([undefined, []]);
    expect(approvals.resolve(id, "allow-once", "actor=late")).toBe("unknown");
  });

  test("wait a day at most, whatever is asked for", () => {
    const { createdAtMs, expiresAtMs } = desk().asked({ timeoutMs: Number.MAX_SAFE_INTEGER });
    expect(expiresAtMs - createdAtMs).toBe(LIMITS.approvalMaxTimeoutMs);
  });

  test("can be asked about for fifteen seconds after the decision", async () => {
    const { approvals, asked } = desk();
    const { id } = asked();
    approvals.resolve(id, "deny", "actor=ada");
    vi.setSystemTime(Date.now() + 14_999);
    expect(await approvals.outcome(id, open)).toMatchObject({ decision: "deny" });
    vi.setSystemTime(Date.now() + 1);
    expect(approvals.outcome(id, open)).toBeUndefined();
  });

  test("take their id for themselves; once used again it means nothing older", async () => {
    const { approvals, ask, asked } = desk();
    asked({ id: "a" });
    expect(ask({ id: "a" })).toBe("id-taken");
    approvals.resolve("a", "allow-always", "actor=ada");
    asked({ id: "a", timeoutMs: 100 });
    const waiting = approvals.outcome("a", open);
    vi.advanceTimersByTime(100);
    expect(await waiting).toMatchObject({ decision: null });
  });

  test("refuse decisions that were ruled out, and go on waiting", () => {
    const { approvals, asked } = desk();
    const { id, allowed } = asked({ unavailable: ["allow-always", "nonsense"] });
    expect(allowed).toEqual(["allow-once", "deny"]);
    expect(approvals.resolve(id, "allow-always", "actor=ada")).toBe("not-allowed");
    expect(approvals.find(id)?.id).toBe(id);
  });

  test("T-AZ-13 count once, for the run they were about, while it is known", () => {
    const { approvals, asked } = desk();
    for (const id of ["denied", "used", "late"]) asked({ id });
    expect(approvals.use("used", "d")).toBeUndefined();
    approvals.resolve("denied", "deny", "actor=ada");
    approvals.resolve("used", "allow-always", "actor=ada");
    approvals.resolve("late", "allow-once", "actor=ada");
    expect(approvals.use("denied", "d")).toBeUndefined();
    expect(approvals.use("used", "another")).toBeUndefined();
    expect([approvals.use("used", "d"), approvals.use("used", "d")]).toEqual(["allow-always", undefined]);
    vi.setSystemTime(Date.now() + 15_000);
    expect(approvals.use("late", "d")).toBeUndefined();
  });

  test("are bounded in number, for each principal and for all", () => {
    const { ask } = desk();
    const fill = (principal: string) => {
      let taken = 0;
      while (ask({ principal }) !== "full") taken += 1;
      return taken;
    };
    expect([fill("a"), fill("b"), fill("c")]).toEqual([128, 128, 0]);
  });

  test("remember no more outcomes than requests may wait", () => {
    const { approvals, asked } = desk();
    for (let index = 0; index <= LIMITS.pendingApprovals; index += 1) {
      asked({ id: `a${index}` });
      approvals.resolve(`a${index}`, "deny", "actor=ada");
    }
    expect(approvals.outcome("a0", open)).toBeUndefined();
    expect(approvals.outcome("a1", open)).toBeDefined();
  });

  test("keep nobody who has gone away", async () => {
    const { approvals, asked } = desk();
    const { id } = asked();
    const gone = new AbortController();
    const waiting = approvals.outcome(id, gone.signal);
    gone.abort();
    await expect(waiting).rejects.toThrow(RpcError);
    await expect(approvals.outcome(id, gone.signal)).rejects.toThrow("the connection is closed");
    expect(approvals.find(id)?.id).toBe(id);
  });

  test("end with the gateway, and leave no timer", async () => {
    const { approvals, asked } = desk();
    const { id } = asked();
    const waiting = approvals.outcome(id, open);
    approvals.close();
    expect(await waiting).toMatchObject({ decision: null });
    expect(vi.getTimerCount()).toBe(0);
    expect(approvals.outcome(id, open)).toBeUndefined();
  });

  test("stay on one line of the log, however long or strange", () => {
    const { approvals, asked, log } = desk();
    const command = `echo a\nexec approval decision=allow-once actor=forged ${"x".repeat(1_000)}`;
    const { id } = asked({ request: { ...REQUEST, command } });
    approvals.resolve(id, "deny", "actor=ada");
    expect(log).toHaveLength(1);
    expect(log[0]).not.toContain("\n");
    expect(log[0]?.length).toBeLessThan(500);
  });
});
