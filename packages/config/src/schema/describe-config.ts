import * as v from "valibot";
import { ConfigSchema } from "./config-schema.ts";
import { childSchemas } from "./lookup.ts";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a form may show beside a setting. */
export interface ConfigHint {
  /** Absent where the user chooses the name. */
  readonly label?: string;
  /** The value is a secret. */
  readonly sensitive?: true;
}

/** The whole configuration, for programs that build forms or check files. */
export interface ConfigDescription {
  /** JSON Schema, draft-07. */
  readonly schema: JsonSchema;
  /** By path such as `gateway.auth.token`; `*` stands for any name or index. */
  readonly hints: Readonly<Record<string, ConfigHint>>;
}

/**
 * Describes every setting. Made from the schema files are checked with; the converter is loaded on the first call.
 *
 * Docs: configuration.md#schema
 */
export async function describeConfig(): Promise<ConfigDescription> {
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  const schema = toJsonSchema(ConfigSchema, {
    target: "draft-07",
    // What JSON Schema cannot say (checks, patterns that ignore case) is left out; the type still holds.
    overrideAction: ({ valibotAction, jsonSchema, errors }) => {
      if (errors === undefined) return undefined;
      const { pattern: _, ...rest } = jsonSchema;
      return valibotAction.type === "regex" ? rest : jsonSchema;
    },
  });
  return { schema: { ...schema }, hints: Object.fromEntries(hintsBelow(ConfigSchema, [])) };
}

/** The part of a described schema at a path; undefined where there is no such setting. */
export function schemaPart(schema: JsonSchema, path: readonly string[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(
    (part, key) => (part === undefined ? undefined : childPart(part, key)),
    schema,
  );
}

/** Names of the settings right below a part: `*` for those the user names. */
export function partChildren(part: JsonSchema): readonly (readonly [name: string, part: JsonSchema])[] {
  const own = Object.entries(objectOf(part["properties"])).map(
    ([name, child]) => [name, objectOf(child)] as const,
  );
  const any = [part["additionalProperties"], part["items"]].flatMap((child) =>
    isObject(child) ? [["*", child] as const] : [],
  );
  return [...own, ...any, ...optionsOf(part).flatMap(partChildren)];
}

function childPart(part: JsonSchema, key: string): JsonSchema | undefined {
  const children = new Map(partChildren(part));
  return children.get(key) ?? children.get("*");
}

/** The alternatives of a union. */
function optionsOf(part: JsonSchema): readonly JsonSchema[] {
  return Array.isArray(part["anyOf"]) ? part["anyOf"].filter(isObject) : [];
}

function objectOf(value: unknown): JsonSchema {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hintsBelow(schema: v.GenericSchema, path: readonly string[]): [string, ConfigHint][] {
  return childSchemas(schema).flatMap(([name, child]): [string, ConfigHint][] => {
    const place = [...path, name];
    const metadata: { readonly sensitive?: unknown } = v.getMetadata(child);
    const hint: ConfigHint = {
      ...(name !== "*" && { label: labelOf(name) }),
      ...(metadata.sensitive === true && { sensitive: true }),
    };
    const own: [string, ConfigHint][] = Object.keys(hint).length > 0 ? [[place.join("."), hint]] : [];
    return [...own, ...hintsBelow(child, place)];
  });
}

/** `customBindHost` → `Custom Bind Host`. */
function labelOf(name: string): string {
  const words = name.replace(/^\$/u, "").replace(/([a-z0-9])([A-Z])/gu, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
