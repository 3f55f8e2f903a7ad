import { describe, expectTypeOf, test } from "vitest";

import type { HealthSnapshot, MethodName, Methods, PresenceEntry } from "../index.ts";

describe("Methods", () => {
  test("infers params from the schema, optional keys included", () => {
    expectTypeOf<Methods["chat.history"]["params"]["sessionKey"]>().toEqualTypeOf<string>();
    expectTypeOf<Methods["chat.history"]["params"]["limit"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<{ sessionKey: "main" }>().toExtend<Methods["chat.history"]["params"]>();
    expectTypeOf<{ limit: 1 }>().not.toExtend<Methods["chat.history"]["params"]>();
  });

  test("carries the result type of each method", () => {
    expectTypeOf<Methods["health"]["result"]>().toEqualTypeOf<HealthSnapshot>();
    expectTypeOf<Methods["system-presence"]["result"]>().toEqualTypeOf<readonly PresenceEntry[]>();
    expectTypeOf<Methods["agent.wait"]["result"]["status"]>().toEqualTypeOf<"ok" | "error" | "timeout">();
  });

  test("knows no name without a contract", () => {
    expectTypeOf<"nope">().not.toExtend<MethodName>();
    expectTypeOf<"agent">().toExtend<MethodName>();
  });
});
