import * as v from "valibot";

import { LIMITS } from "./limits.ts";

/** Any string. */
export const text = v.string();

/** A string of at least one character. */
export const nonEmpty = v.pipe(v.string(), v.minLength(1));

/** A string of at least one and at most `max` characters. */
export const shortText = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

/** Key of a request that must take effect only once, however often it is sent. */
export const idempotencyKey = shortText(LIMITS.idempotencyKeyChars);

/** An integer between `min` and `max`, both included. */
export const intBetween = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** An integer of at least `min` that can be counted on: no store and no clock takes larger ones exactly. */
export const intFrom = (min: number) => intBetween(min, Number.MAX_SAFE_INTEGER);

/** Params of a method that takes none and refuses any. */
export const noParams = v.strictObject({});

/** Params of a method that takes none and ignores whatever comes. */
export const openParams = v.looseObject({});
