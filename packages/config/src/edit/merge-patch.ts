import { isRecord } from "../source/record.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";
import { isEqual } from "./differences.ts";

/**
 * The single changes that a JSON merge patch (RFC 7396) makes to a tree: objects recurse, `null` removes, anything else
 * replaces. A list whose items all have an `id` is merged item by item instead, new ones at its end; so a patch cannot
 * shorten such a list.
 */
export function mergeChanges(
  base: unknown,
  patch: unknown,
  path: readonly string[] = [],
): readonly ConfigChange[] {
  if (isRecord(patch) && isRecord(base)) {
    return Object.entries(patch).flatMap(([key, value]) => {
      const place = [...path, key];
      const known = Object.hasOwn(base, key) ? base[key] : undefined;
      if (value !== null) return mergeChanges(known, value, place);
      return known === undefined ? [] : [{ path: place, value: undefined }];
    });
  }
  if (Array.isArray(patch) && isIdList(base)) return mergeItems(base, patch, path);
  const value = withoutNulls(patch);
  return isEqual(base, value) ? [] : [{ path, value }];
}

/** The tree that the changes lead to. */
export function applyChanges(tree: unknown, changes: readonly ConfigChange[]): unknown {
  return changes.reduce((result, { path, value }) => withValue(result, path, value), tree);
}

function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(tree)) {
    const items: unknown[] = [...(tree as readonly unknown[])];
    items[Number(key)] = withValue(items[Number(key)], rest, value);
    return items;
  }
  const { [key]: known, ...others } = isRecord(tree) ? tree : {};
  const next = withValue(known, rest, value);
  return next === undefined ? others : { ...others, [key]: next };
}

interface Item {
  readonly id: string;
}

function mergeItems(base: readonly Item[], patch: readonly unknown[], path: readonly string[]) {
  const items: { id: string | undefined; value: unknown }[] = base.map((value) => ({ id: value.id, value }));
  return patch.flatMap((value) => {
    const id = isRecord(value) && typeof value["id"] === "string" ? value["id"] : undefined;
    const known = id === undefined ? -1 : items.findIndex((item) => item.id === id);
    const index = known < 0 ? items.length : known;
    const changes = mergeChanges(items[known]?.value, value, [...path, String(index)]);
    if (known < 0) items.push({ id, value });
    return changes;
  });
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
