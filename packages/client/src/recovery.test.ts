import { RpcError } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";

import { closeError, recoverFrom, startupDelayMs } from "./recovery.ts";

function refused(details: object, message = "no", options: { code?: string; retryAfterMs?: number } = {}) {
  const retry =
    options.retryAfterMs === undefined ? {} : { retryable: true, retryAfterMs: options.retryAfterMs };
  const refusal = new RpcError(options.code ?? "INVALID_REQUEST", message, { details, ...retry });
  return closeError({ closeCode: 1008, closeReason: message, wasOpen: false, refusal });
}

describe("recoverFrom", () => {
  test.each([
    ["AUTH_TOKEN_MISSING", "unauthorized", "reauth"],
    ["AUTH_TOKEN_MISMATCH", "unauthorized", "reauth"],
    ["AUTH_PASSWORD_MISSING", "unauthorized", "reauth"],
    ["AUTH_PASSWORD_MISMATCH", "unauthorized", "reauth"],
    ["AUTH_BOOTSTRAP_TOKEN_INVALID", "unauthorized", "reauth"],
    ["AUTH_DEVICE_TOKEN_MISMATCH", "unauthorized", "reauth"],
    ["AUTH_SCOPE_MISMATCH", "unauthorized", "reauth"],
    ["AUTH_UNAUTHORIZED", "unauthorized", "reauth"],
    ["AUTH_RATE_LIMITED", "unauthorized", "stop"],
    ["AUTH_TOKEN_NOT_CONFIGURED", "unauthorized", "stop"],
    ["DEVICE_IDENTITY_REQUIRED", "unauthorized", "stop"],
    ["DEVICE_AUTH_INVALID", "unauthorized", "stop"],
    ["DEVICE_AUTH_SIGNATURE_EXPIRED", "unauthorized", "stop"],
    ["CONTROL_UI_ORIGIN_NOT_ALLOWED", "unauthorized", "stop"],
    ["CONTROL_UI_BUILD_MISMATCH", "unauthorized", "stop"],
    ["PAIRING_REQUIRED", "pairing_required", "approval"],
    ["PROTOCOL_MISMATCH", "incompatible", "stop"],
    ["CLIENT_VERSION_MISMATCH", "incompatible", "stop"],
  ])("after %s, which is %s, the next step is %s", (code, expected, action) => {
    const error = refused({ code });
    expect(error.code).toBe(expected);
    expect(recoverFrom(error)).toEqual({ action });
    expect(error.nextStep).toMatch(/^[A-Z].+\.$/);
  });

  test("reads the stable messages of dialect 3, which has fewer codes", () => {
    expect(refused({ expectedProtocol: 3 }, "protocol mismatch").code).toBe("incompatible");
    expect(refused({}, "unauthorized role: node").code).toBe("unauthorized");
  });

  test("names the pairing request to approve, and how", () => {
    const error = refused({ code: "PAIRING_REQUIRED", requestId: "r-1" });
    expect(recoverFrom(error)).toEqual({ action: "approval", requestId: "r-1" });
    expect(error.nextStep).toBe("Let an operator run: openclaw devices approve r-1");
  });

  test("keeps asking without being told to wait for an approval when the gateway says so", () => {
    expect(recoverFrom(refused({ code: "PAIRING_REQUIRED", pauseReconnect: false }))).toEqual({
      action: "retry",
    });
  });

  test("comes back after a refusal it does not know", () => {
    expect(recoverFrom(refused({ code: "SOMETHING_NEW" }))).toEqual({ action: "retry" });
  });

  test.each([1012, 1006, 1013, 4001, 1008])(
    "comes back after an open connection was closed with %i",
    (closeCode) => {
      const lost = closeError({ closeCode, closeReason: "", wasOpen: true });
      expect(lost.code).toBe("closed");
      expect(recoverFrom(lost)).toEqual({ action: "retry" });
    },
  );

  test.each([
    [1008, "repeated unauthorized calls", "stop"],
    [1008, "slow consumer", "retry"],
    [1008, "invalid role", "stop"],
    [1012, "service restart", "retry"],
    [4001, "device token revoked", "retry"],
  ])("follows the close-code table for %i %s: %s", (closeCode, closeReason, action) => {
    expect(recoverFrom(closeError({ closeCode, closeReason, wasOpen: true }))).toEqual({ action });
  });
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
    expect(recoverFrom(error)).toEqual({ action: "retry", delayMs: expected });
  });

  test("is absent for refusals that are not about starting", () => {
    expect(startupDelayMs(refused({ code: "AUTH_TOKEN_MISMATCH" }))).toBeUndefined();
  });
});
