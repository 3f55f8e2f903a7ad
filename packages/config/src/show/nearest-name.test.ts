import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const NAMES = ["port", "bind", "auth", "controlUi", "trustedProxies", "mode"];

test.each([
  ["prot", "port"],
  ["Port", "port"],
  ["controlUI", "controlUi"],
  ["trustedProxy", "trustedProxies"],
  ["mod", "mode"],
  ["bogus", undefined],
  ["x", undefined],
  ["", undefined],
  ["p".repeat(10_000), undefined],
])("nearest to %j is %j", (typed, nearest) => {
  expect(nearestName(typed, NAMES)).toBe(nearest);
});
