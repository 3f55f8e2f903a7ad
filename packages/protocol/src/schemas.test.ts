import { expect, test } from "vitest";
import * as v from "valibot";

import { intFrom } from "./schemas.ts";
import { parseParams } from "./validation.ts";

test("integers beyond those that can be counted exactly are refused", () => {
  const schema = v.strictObject({ offset: intFrom(0) });
  expect(parseParams(schema, { offset: Number.MAX_SAFE_INTEGER })).toMatchObject({ ok: true });
  for (const offset of [Number.MAX_SAFE_INTEGER + 1, 1e300]) {
    expect(parseParams(schema, { offset })).toEqual({
      ok: false,
      text: "at /offset: must be <= 9007199254740991",
    });
  }
});
