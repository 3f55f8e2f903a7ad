import { expectTypeOf, test } from "vitest";
import type { AuthMode, BindMode } from "../settings/gateway-settings.ts";
import type { OpenClawConfig } from "./config-schema.ts";

type Gateway = NonNullable<OpenClawConfig["gateway"]>;
type Agent = NonNullable<NonNullable<OpenClawConfig["agents"]>["list"]>[number];

test("every checked key has its own type, and every optional one may be absent", () => {
  expectTypeOf<Gateway["port"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Gateway["bind"]>().toEqualTypeOf<BindMode | undefined>();
  expectTypeOf<NonNullable<Gateway["auth"]>["mode"]>().toEqualTypeOf<AuthMode | undefined>();
  expectTypeOf<Agent["id"]>().toEqualTypeOf<string>();
  expectTypeOf<{ gateway: { port: string } }>().not.toExtend<OpenClawConfig>();
});

test("sections outside the core are open maps", () => {
  expectTypeOf<NonNullable<OpenClawConfig["talk"]>>().toEqualTypeOf<{ [key: string]: unknown }>();
});
