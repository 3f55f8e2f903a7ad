import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRole, OPERATOR_SCOPES, scopeCovers } from "./scopes.ts";

const scope = fc.constantFrom(...OPERATOR_SCOPES);
const scopes = fc.uniqueArray(scope);

describe("scopeCovers", () => {
  test("lets admin cover every operator scope", () => {
    for (const needed of OPERATOR_SCOPES) expect(scopeCovers(["operator.admin"], needed)).toBe(true);
  });

  test("lets write cover read and talk, and nothing else but itself", () => {
    const covered = OPERATOR_SCOPES.filter((needed) => scopeCovers(["operator.write"], needed));
    expect(covered).toEqual(["operator.read", "operator.write", "operator.talk"]);
  });

  test.each([
    "operator.approvals",
    "operator.pairing",
    "operator.questions",
    "operator.talk",
    "operator.talk.secrets",
  ])("lets %s cover itself only", (held) => {
    expect(OPERATOR_SCOPES.filter((needed) => scopeCovers([held], needed))).toEqual([held]);
  });

  test("does not let admin cover names outside operator", () => {
    expect(scopeCovers(["operator.admin"], "node.invoke")).toBe(false);
    expect(scopeCovers(["operator.admin"], "operator")).toBe(false);
  });

  test("covers whatever is held, and more scopes never cover less", () => {
    fc.assert(
      fc.property(scopes, scopes, scope, (held, more, needed) => {
        if (held.includes(needed)) expect(scopeCovers(held, needed)).toBe(true);
        if (scopeCovers(held, needed)) expect(scopeCovers([...held, ...more], needed)).toBe(true);
      }),
      { seed: 2 },
    );
  });

  test("is transitive: what a covered scope covers is covered", () => {
    fc.assert(
      fc.property(scopes, scope, scope, (held, middle, needed) => {
        if (scopeCovers(held, middle) && scopeCovers([middle], needed))
          expect(scopeCovers(held, needed)).toBe(true);
      }),
      { seed: 3 },
    );
  });
});

describe("isRole", () => {
  test("knows operator and node and refuses everything else", () => {
    expect(["operator", "node", "worker", "", "Operator"].filter(isRole)).toEqual(["operator", "node"]);
  });
});
