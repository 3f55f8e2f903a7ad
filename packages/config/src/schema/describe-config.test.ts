import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { isSecret } from "../show/sensitive.ts";
import { ConfigSchema } from "./config-schema.ts";
import { describeConfig, partChildren, schemaPart } from "./describe-config.ts";

const { schema, hints } = await describeConfig();

describe("describeConfig", () => {
  test("lists every section and no other key, as draft-07", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      additionalProperties: false,
    });
    expect(Object.keys(schema["properties"] as object)).toEqual(Object.keys(ConfigSchema.entries));
  });

  test("tells types, bounds and words of settings", () => {
    expect(schemaPart(schema, ["gateway", "port"])).toMatchObject({ type: "integer", maximum: 65_535 });
    expect(schemaPart(schema, ["logging", "level"])).toMatchObject({
      enum: expect.arrayContaining(["silent", "trace"]),
    });
    expect(schemaPart(schema, ["agents", "list", "0", "id"])).toMatchObject({ type: "string" });
    expect(schemaPart(schema, ["models", "providers", "any-name", "baseUrl"])).toMatchObject({
      type: "string",
    });
  });

  test("knows no setting that does not exist", () => {
    expect(schemaPart(schema, ["gateway", "nope"])).toBeUndefined();
    expect(schemaPart(schema, ["gateway", "port", "deeper"])).toBeUndefined();
    expect(schemaPart(schema, ["constructor"])).toBeUndefined();
    expect(schemaPart(schema, [])).toBe(schema);
  });

  test("names what is below a setting", () => {
    const names = (path: string[]) => partChildren(schemaPart(schema, path) ?? {}).map(([name]) => name);
    expect(names(["models"])).toContain("providers");
    expect(names(["models", "providers"])).toEqual(["*"]);
    expect(names(["gateway", "port"])).toEqual([]);
  });

  test("marks exactly the secrets that are hidden elsewhere", () => {
    const marked = Object.entries(hints).filter(([, hint]) => hint.sensitive === true);
    expect(marked.map(([path]) => path)).toEqual(
      expect.arrayContaining(["gateway.auth.token", "gateway.auth.password", "models.providers.*.apiKey"]),
    );
    for (const [path] of marked) {
      const place = path.split(".").map((name) => (name === "*" ? "0" : name));
      expect([path, isSecret(place, "value")]).toEqual([path, true]);
    }
    expect(hints["gateway.port"]).toEqual({ label: "Port" });
    expect(hints["gateway.customBindHost"]).toEqual({ label: "Custom Bind Host" });
  });

  test("can be sent: plain JSON of moderate size", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(JSON.stringify({ schema, hints }).length).toBeLessThan(400_000);
    expect(v.safeParse(ConfigSchema, {}).success).toBe(true);
  });
});
