import { expect, test } from "vitest";
import { credentialChanges } from "./credential-changes.ts";

const named = (name: string, hash: string) => ({ name, hash, role: "operator", scopes: [] }) as const;

test("says which credentials were replaced, added and ended, and never what they are", () => {
  const before = { token: "old-secret", tokens: [named("a", "h1"), named("b", "h2")] };
  const after = { token: "new-secret", tokens: [named("b", "h3"), named("c", "h4")] };
  const changes = credentialChanges(before, after);
  expect(changes).toEqual([
    { kind: "secret.rotated", target: "gateway.auth.token" },
    { kind: "token.revoked", target: "token:a" },
    { kind: "token.rotated", target: "token:b" },
    { kind: "token.issued", target: "token:c" },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/secret-|-secret|h[1-4]/);
  expect(credentialChanges(after, after)).toEqual([]);
  expect(credentialChanges({}, { password: "p" })).toEqual([
    { kind: "secret.rotated", target: "gateway.auth.password" },
  ]);
});
