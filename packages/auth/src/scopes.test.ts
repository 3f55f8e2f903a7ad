import { OPERATOR_SCOPES } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coversAll, knownScopes, narrowScopes } from "./scopes.ts";

const scope = fc.oneof(
  fc.constantFrom<string>(...OPERATOR_SCOPES),
  fc.constantFrom("operator.root", "x", ""),
);
const scopes = fc.array(scope);
const role = fc.constantFrom<"operator" | "node">("operator", "node");

describe("narrowScopes", () => {
  test("T-AUTH-03 what is left was asked for and is covered by the grant", () => {
    fc.assert(
      fc.property(role, scopes, scopes, (who, asked, held) => {
        const left = narrowScopes(asked, { role: who, held });
        expect(left.every((each) => asked.includes(each))).toBe(true);
        expect(coversAll({ role: who, held }, left)).toBe(true);
      }),
      { seed: 3 },
    );
  });

  test("nothing that is both asked for and covered gets lost, and narrowing twice changes nothing", () => {
    fc.assert(
      fc.property(role, scopes, scopes, (who, asked, held) => {
        const holder = { role: who, held };
        const left = narrowScopes(asked, holder);
        expect(asked.filter((each) => coversAll(holder, [each]))).toEqual(left);
        expect(narrowScopes(left, holder)).toEqual(left);
      }),
      { seed: 3 },
    );
  });

  test("T-AUTH-05 asking for nothing gets nothing from the widest grant", () => {
    expect(
      narrowScopes(knownScopes("operator", undefined), { role: "operator", held: OPERATOR_SCOPES }),
    ).toEqual([]);
  });
});

describe("knownScopes", () => {
  test("keeps the order, drops repeats and what this gateway does not know", () => {
    const asked = ["operator.write", "operator.root", "operator.read", "operator.write", ""];
    expect(knownScopes("operator", asked)).toEqual(["operator.write", "operator.read"]);
  });

  test("leaves the words of a node alone", () => {
    expect(knownScopes("node", ["camera", "camera"])).toEqual(["camera"]);
  });
});

describe("coversAll", () => {
  test("admin covers every operator scope, write covers read, nothing else implies anything", () => {
    const operator = (held: string[]) => ({ role: "operator" as const, held });
    expect(coversAll(operator(["operator.admin"]), OPERATOR_SCOPES)).toBe(true);
    expect(coversAll(operator(["operator.write"]), ["operator.read"])).toBe(true);
    expect(coversAll(operator(["operator.pairing"]), ["operator.read"])).toBe(false);
    expect(coversAll(operator(["operator.read"]), ["operator.write"])).toBe(false);
  });

  test("for a node a scope covers only itself", () => {
    expect(coversAll({ role: "node", held: ["operator.admin"] }, ["operator.read"])).toBe(false);
    expect(coversAll({ role: "node", held: ["camera"] }, ["camera"])).toBe(true);
  });
});
