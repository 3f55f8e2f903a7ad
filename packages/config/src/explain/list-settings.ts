import type { Paths } from "../paths.ts";
import { ConfigSchema } from "../schema/config-schema.ts";
import type * as v from "valibot";
import { childSchemas, expectation } from "../schema/lookup.ts";
import { RELOAD_KINDS, type ReloadKind, reloadRule } from "../schema/reload-kinds.ts";
import { isSensitivePath } from "../show/sensitive.ts";
import { defaultValue } from "./default-value.ts";

/** One setting of the reference: what may stand there and what a change of it means. */
export interface ListedSetting {
  /** Dotted; `*` stands for a name the user chooses and for any item of a list. */
  readonly path: string;
  /** In words, as issues have them. */
  readonly type: string;
  /** What holds when it is left out; absent when nothing does, or other settings decide. */
  readonly default?: unknown;
  readonly reload: ReloadKind;
  readonly sensitive: boolean;
}

/**
 * Every setting that is a value of its own, in the order of the schema: sections, and lists of sections, stand there by
 * their parts, a list of values as one. Docs: configuration.md#all-settings
 */
export function listSettings(paths: Pick<Paths, "auditPath" | "stateDir">): readonly ListedSetting[] {
  return valuesBelow([ConfigSchema], []).map(({ path, type }) => {
    const standard = defaultValue(path, paths);
    return {
      path: path.join("."),
      type,
      ...(standard !== undefined && { default: standard }),
      reload: reloadRule(RELOAD_KINDS, path)?.kind ?? "restart",
      // An index stands for any item, and is a name like any other in a map.
      sensitive: isSensitivePath(path.map((key) => (key === "*" ? "0" : key))),
    };
  });
}

interface Value {
  readonly path: readonly string[];
  readonly type: string;
}

function valuesBelow(schemas: readonly v.GenericSchema[], path: readonly string[]): readonly Value[] {
  const type = expectation(schemas) || "any";
  const parts = [...partsOf(schemas)].flatMap(([name, part]) => valuesBelow(part, [...path, name]));
  const [only] = parts;
  if (type === "array" && only?.path.length === path.length + 1)
    return [{ path, type: `list of ${only.type}` }];
  // A union may be a value or a section with parts: `model` is a name, or names with fallbacks.
  const isValue = schemas.length === 0 || schemas.some((schema) => childSchemas(schema).length === 0);
  return isValue ? [{ path, type }, ...parts] : parts;
}

function partsOf(schemas: readonly v.GenericSchema[]): ReadonlyMap<string, readonly v.GenericSchema[]> {
  const parts = new Map<string, v.GenericSchema[]>();
  for (const [name, part] of schemas.flatMap(childSchemas))
    parts.set(name, [...(parts.get(name) ?? []), part]);
  return parts;
}
