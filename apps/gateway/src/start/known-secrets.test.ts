import { describe, expect, test } from "vitest";
import { knownSecrets } from "./known-secrets.ts";

describe("knownSecrets", () => {
  test("T-LOG-03 finds the secrets of the file, its references resolved, and of the environment", () => {
    const parsed = { gateway: { port: 1, auth: { token: "canary-in-file", password: "${PASSWORD_VAR}" } } };
    const resolved = {
      gateway: { port: 1, auth: { token: "canary-in-file", password: "canary-resolved" } },
      agents: { list: [{ id: "main" }] },
    };
    const env = { OPENAI_API_KEY: "canary-of-environment", HOME: "/home/someone-known", SHORT_TOKEN: "abc" };
    expect(knownSecrets({ parsed, resolved, env })).toEqual([
      "canary-in-file",
      "canary-resolved",
      "canary-of-environment",
    ]);
  });

  test("finds nothing in a file that could not be read", () => {
    expect(knownSecrets({ parsed: null, resolved: {}, env: {} })).toEqual([]);
  });
});
