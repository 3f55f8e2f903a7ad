import type { AgentWait, HealthSnapshot, Methods } from "@openclaw/protocol";
import { describe, expectTypeOf, it } from "vitest";
import { defineMethods, type Call } from "./methods.ts";

declare const health: HealthSnapshot;
declare const wait: AgentWait;

describe("defineMethods", () => {
  it("types params and results by the contract of the method", () => {
    defineMethods({
      health: () => health,
      "agent.wait": async ({ params }) => {
        expectTypeOf(params.runId).toEqualTypeOf<string>();
        return wait;
      },
    });
  });

  it("refuses another result, an unknown method and unknown params", () => {
    // @ts-expect-error -- the result of health is a snapshot
    defineMethods({ health: () => "fine" });
    // @ts-expect-error -- no such contract
    defineMethods({ "no.such.method": () => ({}) });
    // @ts-expect-error -- agent.wait knows no such param
    defineMethods({ "agent.wait": ({ params }) => params.nope });
  });

  it("gives a call the params of its method", () => {
    expectTypeOf<Call<"agent.wait">["params"]>().toEqualTypeOf<Methods["agent.wait"]["params"]>();
  });
});
