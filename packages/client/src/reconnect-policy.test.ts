import { RpcError } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";

import { closeError } from "./close-error.ts";
import { decideReconnect, startupDelayMs } from "./reconnect-policy.ts";

function refused(details: object, message = "no", options: { code?: string; retryAfterMs?: number } = {}) {
  const retry =
    options.retryAfterMs === undefined ? {} : { retryable: true, retryAfterMs: options.retryAfterMs };
  const refusal = new RpcError(options.code ?? "INVALID_REQUEST", message, { details, ...retry });
  return closeError({ closeCode: 1008, closeReason: message, wasOpen: false, refusal });
}

describe("decideReconnect", () => {
  test.each([
    ["AUTH_TOKEN_MISMATCH", "unauthorized"],
    ["AUTH_RATE_LIMITED", "unauthorized"],
    ["DEVICE_IDENTITY_REQUIRED", "unauthorized"],
    ["DEVICE_AUTH_INVALID", "unauthorized"],
    ["CONTROL_UI_ORIGIN_NOT_ALLOWED", "unauthorized"],
    ["PAIRING_REQUIRED", "pairing_required"],
    ["PROTOCOL_MISMATCH", "incompatible"],
    ["CLIENT_VERSION_MISMATCH", "incompatible"],
  ])("stops after %s, which is %s", (code, expected) => {
    const error = refused({ code });
    expect(error.code).toBe(expected);
    expect(decideReconnect(error)).toEqual({ retry: false });
  });

  test("reads the stable messages of dialect 3, which has fewer codes", () => {
    expect(refused({ expectedProtocol: 3 }, "protocol mismatch").code).toBe("incompatible");
    expect(refused({}, "unauthorized role: node").code).toBe("unauthorized");
  });

  test("waits for an approval when the gateway says so", () => {
    expect(decideReconnect(refused({ code: "PAIRING_REQUIRED", pauseReconnect: false }))).toEqual({
      retry: true,
    });
  });

  test("comes back after a refusal it does not know", () => {
    expect(decideReconnect(refused({ code: "SOMETHING_NEW" }))).toEqual({ retry: true });
  });

  test.each([1012, 1006, 1013, 4001, 1008])(
    "comes back after an open connection was closed with %i",
    (closeCode) => {
      const lost = closeError({ closeCode, closeReason: "", wasOpen: true });
      expect(lost.code).toBe("closed");
      expect(decideReconnect(lost)).toEqual({ retry: true });
    },
  );
});

describe("startupDelayMs", () => {
  const starting = { code: "UNAVAILABLE" };

  test.each([
    [500, 500],
    [1, 100],
    [60_000, 2_000],
  ])("turns an asked delay of %i ms into %i ms", (asked, expected) => {
    const error = refused({}, "gateway starting; retry shortly", { ...starting, retryAfterMs: asked });
    expect(startupDelayMs(error)).toBe(expected);
    expect(decideReconnect(error)).toEqual({ retry: true, delayMs: expected });
  });

  test("is absent for refusals that are not about starting", () => {
    expect(startupDelayMs(refused({ code: "AUTH_TOKEN_MISMATCH" }))).toBeUndefined();
  });
});
