import { describe, expect, test } from "vitest";
import { usableSecret } from "./usable-secret.ts";

describe("usableSecret", () => {
  test.each([undefined, "", "  ", "\n", "undefined", "null", "NULL", " changeme ", "__OPENCLAW_REDACTED__"])(
    "T-AUTH-17 %j counts as no secret",
    (configured) => {
      expect(usableSecret(configured)).toBeUndefined();
    },
  );

  test("gives the secret without the blanks around it", () => {
    expect(usableSecret(" s3cret\n")).toBe("s3cret");
  });
});
