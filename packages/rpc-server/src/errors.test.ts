import { invalidRequest, RpcError } from "@openclaw/protocol";
import { describe, expect, it } from "vitest";
import { connectUnavailable, toRpcError, tooManyCalls, unknownMethod } from "./errors.ts";

describe("toRpcError", () => {
  it("keeps an RpcError as it is", () => {
    const error = new RpcError("NOT_PAIRED", "pairing required", { payload: { runId: "1" } });
    expect(toRpcError(error)).toBe(error);
  });

  it.each([
    new Error("secret path /home/x"),
    "secret text",
    undefined,
    null,
    { code: "INVALID_REQUEST", message: "no" },
  ])("T-HTTP-10 says nothing about anything else that was thrown (%s), but keeps it as cause", (thrown) => {
    const error = toRpcError(thrown);
    expect(error.toShape()).toEqual({ code: "UNAVAILABLE", message: "internal error" });
    expect(error.cause).toBe(thrown);
  });
});

describe("unknownMethod", () => {
  it("names the method", () => {
    expect(unknownMethod("no.such.method").toShape()).toEqual(
      invalidRequest("unknown method: no.such.method").toShape(),
    );
  });

  it("T-AZ-09 cuts long names and removes control characters", () => {
    expect(unknownMethod("a\r\nb\u2028c\u0000".padEnd(10_000, "x")).message).toBe(
      `unknown method: abc${"x".repeat(93)}`,
    );
  });
});

describe("retryable refusals", () => {
  it.each([tooManyCalls(), connectUnavailable("starting"), connectUnavailable("draining")])(
    "tell the client when to come back: $message",
    (error) => {
      expect(error.code).toBe("UNAVAILABLE");
      expect(error.retryable).toBe(true);
      expect(error.retryAfterMs).toBeGreaterThan(0);
    },
  );
});
