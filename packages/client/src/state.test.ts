import { describe, expect, test } from "vitest";

import { mayFollow, TRANSITIONS } from "./state.ts";

describe("TRANSITIONS", () => {
  test("every state can end, the end has no way out, and only connecting leads to connected", () => {
    const names = Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[];
    expect(names.filter((name) => !mayFollow(name, "closed"))).toEqual(["closed"]);
    expect(TRANSITIONS.closed).toEqual([]);
    expect(names.filter((name) => mayFollow(name, "connected"))).toEqual(["connecting"]);
  });
});
