import { RpcError } from "@openclaw/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ConnectionError } from "./errors.ts";
import { RequestTable } from "./request-table.ts";

const FOREVER = { timeoutMs: Number.POSITIVE_INFINITY };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("RequestTable", () => {
  test("gives every request its own id and settles answers in any order", async () => {
    const table = new RequestTable(8);
    const first = table.open(FOREVER);
    const second = table.open(FOREVER);
    table.settle({ type: "res", id: second.id, ok: true, payload: 2 });
    table.settle({ type: "res", id: first.id, ok: true, payload: 1 });
    expect(first.id).not.toBe(second.id);
    expect(await Promise.all([first.answer, second.answer])).toEqual([1, 2]);
  });

  test("rejects with the gateway's error, details and payload included", async () => {
    const table = new RequestTable(8);
    const { id, answer } = table.open(FOREVER);
    const error = {
      code: "UNAVAILABLE",
      message: "model failed",
      details: { reason: "auth" },
      retryAfterMs: 5,
    };
    table.settle({ type: "res", id, ok: false, error, payload: { status: "error" } });
    const failure = await answer.catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(RpcError);
    expect(failure).toMatchObject({ ...error, payload: { status: "error" } });
  });

  test("a failed answer without an error object is still a failure", async () => {
    const table = new RequestTable(8);
    const { id, answer } = table.open(FOREVER);
    table.settle({ type: "res", id, ok: false });
    await expect(answer).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("rejects with timeout after its deadline and drops the late answer", async () => {
    const table = new RequestTable(8);
    const { id, answer } = table.open({ timeoutMs: 500 });
    vi.advanceTimersByTime(500);
    await expect(answer).rejects.toMatchObject({
      code: "timeout",
      message: "gateway timeout after 500ms",
    });
    expect(() => table.settle({ type: "res", id, ok: true })).not.toThrow();
    expect(table.hasDeadline).toBe(false);
  });

  test("rejects with the signal's reason when it is aborted, before or after sending", async () => {
    const table = new RequestTable(8);
    const controller = new AbortController();
    const { answer } = table.open({ ...FOREVER, signal: controller.signal });
    const reason = new Error("not needed any more");
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(() => table.open({ ...FOREVER, signal: controller.signal })).toThrow(reason);
  });

  test("without interest in two stages the accepted answer is the answer", async () => {
    const table = new RequestTable(8);
    const { id, answer } = table.open(FOREVER);
    table.settle({ type: "res", id, ok: true, payload: { status: "accepted" } });
    expect(await answer).toEqual({ status: "accepted" });
  });

  test("a staged request skips accepted answers and then has its final deadline", async () => {
    const table = new RequestTable(8);
    const onAccepted = vi.fn();
    const { id, answer } = table.open({ timeoutMs: 100, finalTimeoutMs: 1_000, onAccepted });
    table.settle({ type: "res", id, ok: true, payload: { status: "accepted", runId: "r" } });
    vi.advanceTimersByTime(999);
    table.settle({ type: "res", id, ok: true, payload: { status: "ok", runId: "r" } });
    expect(onAccepted).toHaveBeenCalledExactlyOnceWith({ status: "accepted", runId: "r" });
    expect(await answer).toEqual({ status: "ok", runId: "r" });
  });

  test("refuses more requests than it may hold", () => {
    const table = new RequestTable(1);
    table.open(FOREVER);
    expect(() => table.open(FOREVER)).toThrow(expect.objectContaining({ code: "busy" }));
  });

  test("rejects everything with what ended the connection", async () => {
    const table = new RequestTable(8);
    const { answer } = table.open({ timeoutMs: 10 });
    const reason = new ConnectionError("closed", "gateway closed (1012): service restart");
    expect(table.hasDeadline).toBe(true);
    table.failAll(reason);
    await expect(answer).rejects.toBe(reason);
    expect(table.hasDeadline).toBe(false);
  });
});
