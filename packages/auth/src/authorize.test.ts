import { type MethodScope, OPERATOR_SCOPES } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorize } from "./authorize.ts";

const NEEDS: readonly MethodScope[] = [...OPERATOR_SCOPES, "none", "node"];

describe("authorize", () => {
  test("what needs nothing is open to everybody who is connected", () => {
    expect(authorize({ role: "operator", scopes: [] }, "none")).toEqual({ ok: true });
    expect(authorize({ role: "node", scopes: [] }, "none")).toEqual({ ok: true });
  });

  test("T-AZ-19 the role is judged before the scope, in both directions", () => {
    expect(authorize({ role: "operator", scopes: ["operator.admin"] }, "node")).toEqual({
      ok: false,
      reason: "role",
    });
    for (const needed of OPERATOR_SCOPES) {
      const node = { role: "node", scopes: [...OPERATOR_SCOPES] } as const;
      expect(authorize(node, needed)).toEqual({ ok: false, reason: "role" });
    }
    expect(authorize({ role: "node", scopes: [] }, "node")).toEqual({ ok: true });
  });

  test("names the missing scope", () => {
    expect(authorize({ role: "operator", scopes: ["operator.read"] }, "operator.write")).toEqual({
      ok: false,
      reason: "scope",
      missing: "operator.write",
    });
  });

  test("an admin may do everything operators can do, and more scopes never forbid anything", () => {
    const held = fc.subarray([...OPERATOR_SCOPES]);
    fc.assert(
      fc.property(held, held, fc.constantFrom(...NEEDS), (some, more, needed) => {
        const less = authorize({ role: "operator", scopes: some }, needed);
        const wider = authorize({ role: "operator", scopes: [...some, ...more] }, needed);
        if (less.ok) expect(wider.ok).toBe(true);
        expect(authorize({ role: "operator", scopes: ["operator.admin"] }, needed).ok).toBe(
          needed !== "node",
        );
      }),
      { seed: 19 },
    );
  });
});
