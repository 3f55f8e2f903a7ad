import { describe, expect, test } from "vitest";

import { invalidRequest, RpcError } from "./errors.ts";

describe("RpcError", () => {
  test("leaves absent parts out of the wire form", () => {
    expect(JSON.stringify(new RpcError("UNAVAILABLE", "busy").toShape())).toBe(
      '{"code":"UNAVAILABLE","message":"busy"}',
    );
  });

  test("keeps details, retry advice and a zero delay in the wire form", () => {
    const error = new RpcError("UNAVAILABLE", "later", {
      details: { a: 1 },
      retryable: false,
      retryAfterMs: 0,
    });
    expect(error.toShape()).toEqual({
      code: "UNAVAILABLE",
      message: "later",
      details: { a: 1 },
      retryable: false,
      retryAfterMs: 0,
    });
  });

  test("never puts payload or cause into the wire form", () => {
    const error = new RpcError("UNAVAILABLE", "failed", {
      payload: { runId: "r" },
      cause: new Error("secret"),
    });
    expect(error.payload).toEqual({ runId: "r" });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error.toShape())).not.toMatch(/secret|runId/);
  });
});

describe("invalidRequest", () => {
  test("carries INVALID_REQUEST with the text", () => {
    expect(invalidRequest("no").toShape()).toEqual({ code: "INVALID_REQUEST", message: "no" });
  });
});
