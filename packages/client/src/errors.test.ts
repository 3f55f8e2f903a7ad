import { describe, expect, test } from "vitest";

import { closeError } from "./recovery.ts";
import { describeClose } from "./errors.ts";

describe("describeClose", () => {
  test.each([
    [1006, "", "gateway closed (1006 abnormal closure (no close frame)): no close reason"],
    [1008, "unauthorized", "gateway closed (1008): unauthorized"],
    [1000, "", "gateway closed (1000 normal closure): no close reason"],
    [1012, "service restart", "gateway closed (1012): service restart"],
  ])("describes %i %s", (code, reason, text) => {
    expect(describeClose(code, reason)).toBe(text);
  });
});

describe("closeError", () => {
  const abrupt = { closeCode: 1006, closeReason: "", wasOpen: false };

  test("tells a silent port from a foreign service and keeps the platform's error", () => {
    const cause = new Error("connect ECONNREFUSED 127.0.0.1:1");
    const unreachable = closeError({ ...abrupt, failure: { cause, code: "unreachable" } });
    expect(unreachable).toMatchObject({ code: "unreachable", cause, message: describeClose(1006, "") });
    const foreign = closeError({
      ...abrupt,
      failure: { cause: new Error("Unexpected answer"), code: "foreign_service" },
    });
    expect(foreign).toMatchObject({
      code: "foreign_service",
      message: describeClose(1006, "Unexpected answer"),
    });
  });

  test("a close frame before hello is a refusal, no close frame means unreachable", () => {
    expect(closeError({ ...abrupt, closeCode: 1008, closeReason: "invalid role" }).code).toBe("refused");
    expect(closeError(abrupt).code).toBe("unreachable");
  });
});
