import { expect, test } from "vitest";
import { principalKey } from "./grant.ts";

test("principalKey tells principals of different kinds apart", () => {
  const keys = [
    principalKey({ kind: "device", id: "ab" }),
    principalKey({ kind: "token", name: "ci" }),
    principalKey({ kind: "proxy", user: "ada" }),
    principalKey({ kind: "shared" }),
    principalKey({ kind: "anonymous" }),
  ];
  expect(keys).toEqual(["device:ab", "token:ci", "proxy:ada", "shared", "anonymous"]);
});
