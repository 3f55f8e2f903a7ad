import { isRecord } from "../source/record.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";
import { isEqual } from "./differences.ts";

/** A tree as it is written, and as clients see it: with defaults. */
export interface MergeBase {
  readonly written: unknown;
  readonly shown: unknown;
}

/**
 * The single changes that a JSON merge patch (RFC 7396) makes to a tree: objects recurse, `null` removes, anything else
 * replaces. A list whose items all have an `id` is merged item by item instead, new ones at its end; so a patch cannot
 * shorten such a list. A default that a client sends back is no change: it is not written down.
 */
export function mergeChanges(
  base: MergeBase,
  patch: unknown,
  path: readonly string[] = [],
): readonly ConfigChange[] {
  const { written, shown } = base;
  if (isRecord(patch) && isRecord(written)) {
    return Object.entries(patch).flatMap(([key, value]) => {
      const place = [...path, key];
      const known = own(written, key);
      if (value !== null) return mergeChanges({ written: known, shown: own(shown, key) }, value, place);
      return known === undefined ? [] : [{ path: place, value: undefined }];
    });
  }
  if (Array.isArray(patch) && isIdList(written)) return mergeItems({ written, shown }, patch, path);
  const wanted = withoutNulls(patch);
  const value = written === undefined && shown !== undefined ? beyond(shown, wanted) : wanted;
  return value === undefined || isEqual(written, value) ? [] : [{ path, value }];
}

/** The tree that the changes lead to. What they touch is copied, once each. */
export function applyChanges(tree: unknown, changes: readonly ConfigChange[]): unknown {
  const copies = new WeakSet<object>();

  function copyOf<T extends object>(known: T, copy: (tree: T) => T): T {
    if (copies.has(known)) return known;
    const fresh = copy(known);
    copies.add(fresh);
    return fresh;
  }

  function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
    if (key === undefined) return value;
    // As in the text: a first item makes the list it belongs to.
    if (Array.isArray(tree) || (tree === undefined && key === "0")) {
      const items = copyOf<unknown[]>(Array.isArray(tree) ? tree : [], (list) => [...list]);
      const index = Number(key);
      if (rest.length === 0 && value === undefined) items.splice(index, 1);
      else items[index] = withValue(items[index], rest, value);
      return items;
    }
    // Without a prototype there is no key that reaches one (T-CFG-01).
    const section = copyOf<Record<string, unknown>>(isRecord(tree) ? tree : {}, (known) =>
      Object.assign(Object.create(null) as Record<string, unknown>, known),
    );
    const next = withValue(section[key], rest, value);
    if (next === undefined) Reflect.deleteProperty(section, key);
    else section[key] = next;
    return section;
  }

  return changes.reduce((result, { path, value }) => withValue(result, path, value), tree);
}

interface Item {
  readonly id: string;
}

function mergeItems(
  base: { readonly written: readonly Item[]; readonly shown: unknown },
  patch: readonly unknown[],
  path: readonly string[],
): readonly ConfigChange[] {
  const shown: readonly unknown[] = Array.isArray(base.shown) ? base.shown : [];
  const items: { readonly id: unknown; readonly value: unknown }[] = base.written.map((value) => ({
    id: value.id,
    value,
  }));
  return patch.flatMap((value) => {
    const id = own(value, "id");
    const known = id === undefined ? -1 : items.findIndex((item) => item.id === id);
    const index = known < 0 ? items.length : known;
    const item = { written: items[known]?.value, shown: shown[known] };
    if (known < 0) items.push({ id, value });
    return mergeChanges(item, value, [...path, String(index)]);
  });
}

/** What a value says that is not shown already; undefined when that is nothing. */
function beyond(shown: unknown, value: unknown): unknown {
  if (!isRecord(shown) || !isRecord(value)) return isEqual(shown, value) ? undefined : value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, Object.hasOwn(shown, key) ? beyond(shown[key], item) : item] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function own(tree: unknown, key: string): unknown {
  return isRecord(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function isIdList(base: unknown): base is readonly Item[] {
  return (
    Array.isArray(base) &&
    base.length > 0 &&
    base.every((item) => isRecord(item) && typeof item["id"] === "string" && item["id"] !== "")
  );
}

/** Where there is nothing to remove, `null` leaves nothing behind. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
