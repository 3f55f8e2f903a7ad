import { describe, expectTypeOf, test } from "vitest";

import type { ChatEventPayload, EventName, Events, TickPayload } from "../index.ts";

describe("Events", () => {
  test("maps names to payloads", () => {
    expectTypeOf<Events["tick"]>().toEqualTypeOf<TickPayload>();
    expectTypeOf<Events["chat"]>().toEqualTypeOf<ChatEventPayload>();
    expectTypeOf<Events["connect.challenge"]["nonce"]>().toEqualTypeOf<string>();
  });

  test("serves both dialects with one chat payload: what is new may be absent", () => {
    expectTypeOf<Events["chat"]["deltaText"]>().toEqualTypeOf<string | undefined>();
  });

  test("knows no name without a contract", () => {
    expectTypeOf<"nope">().not.toExtend<EventName>();
  });
});
