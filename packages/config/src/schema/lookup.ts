import type * as v from "valibot";

/** The parts by which valibot's schemas contain others; its base type does not tell them. */
interface Parts {
  readonly type: string;
  readonly expects: string | null;
  readonly wrapped?: v.GenericSchema;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly rest?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly item?: v.GenericSchema;
  readonly options?: readonly unknown[];
}

/**
 * The schemas that may describe the value at a path: several below a union, none where everything is allowed.
 */
export function schemasAt(root: v.GenericSchema, path: readonly string[]): readonly v.GenericSchema[] {
  return path.reduce(
    (schemas, key) => schemas.flatMap((schema) => childrenOf(schema, key)),
    alternatives(root),
  );
}

/** The schemas right below one, by name: `*` for names the user chooses and for items of a list. */
export function childSchemas(
  schema: v.GenericSchema,
): readonly (readonly [name: string, schema: v.GenericSchema])[] {
  return alternatives(schema).flatMap((alternative) => {
    const { type, entries = {}, rest, value, item } = partsOf(alternative);
    const any = type === "array" ? item : (rest ?? value);
    const named = Object.entries(entries);
    return [...named, ...(any === undefined ? [] : [["*", any] as const])].flatMap(([name, child]) =>
      alternatives(child).map((one) => [name, one] as const),
    );
  });
}

/** Names of the keys that the given schemas list. */
export function knownKeys(schemas: readonly v.GenericSchema[]): ReadonlySet<string> {
  return new Set(schemas.flatMap((schema) => Object.keys(partsOf(schema).entries ?? {})));
}

/** What the given schemas expect, in words: `number`, `one of "a"|"b"`, `string or object`. */
export function expectation(schemas: readonly v.GenericSchema[]): string {
  return [...new Set(schemas.map((schema) => expectedBy(partsOf(schema))))].join(" or ");
}

function expectedBy({ type, expects, options }: Parts): string {
  if (type === "picklist")
    return `one of ${(options ?? []).map((option) => JSON.stringify(option)).join("|")}`;
  if (type === "literal") return expects ?? type;
  return type === "record" || type.includes("object") ? "object" : type;
}

/** The schemas that may describe what stands right below one, by its key or index. */
export function childrenOf(schema: v.GenericSchema, key: string): readonly v.GenericSchema[] {
  const { type, entries = {}, rest, value, item } = partsOf(schema);
  if (type === "array") return item !== undefined && /^\d+$/.test(key) ? alternatives(item) : [];
  const child = (Object.hasOwn(entries, key) ? entries[key] : undefined) ?? rest ?? value;
  return child === undefined ? [] : alternatives(child);
}

/** A schema behind its wrappers; the options of a union. */
function alternatives(schema: v.GenericSchema): readonly v.GenericSchema[] {
  const { type, wrapped, options } = partsOf(schema);
  if (wrapped !== undefined) return alternatives(wrapped);
  if (type !== "union") return type === "unknown" ? [] : [schema];
  // The options of a union are schemas; those of a picklist are words.
  return (options as readonly v.GenericSchema[]).flatMap(alternatives);
}

function partsOf(schema: v.GenericSchema): Parts {
  // Each part is present exactly on the schema types that have it.
  return schema as unknown as Parts;
}
