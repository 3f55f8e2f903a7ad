import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createNamedToken } from "./named-token.ts";

describe("createNamedToken", () => {
  test("T-PAIR-13 carries the name and 256 random bits, and is hashed as a whole", () => {
    const { text, hash } = createNamedToken("ci-runner");
    expect(text).toMatch(/^oct_ci-runner_[A-Za-z0-9_-]{43}$/);
    expect(hash).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
    expect(createNamedToken("ci-runner").text).not.toBe(text);
  });
});
