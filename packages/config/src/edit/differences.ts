import { type ReloadKind, reloadKind } from "../schema/reload-kinds.ts";
import { getPath } from "../show/config-path.ts";
import { redactValue } from "../show/redact.ts";
import { isRecord } from "../source/record.ts";

/** A place at which two trees differ. */
export interface Difference {
  /** Where they part; of what only one side has, the outermost key. */
  readonly path: readonly string[];
  /** Everything at or below the path that has no parts of its own; lists count as a whole. */
  readonly leaves: readonly (readonly string[])[];
}

/** Compares two trees of plain data: objects recurse, lists count as a whole, the order of keys says nothing. */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  return compare(before, after, []);
}

/** The dotted paths of {@link differences}; `<root>` when the trees are of different kinds. */
export function changedPaths(before: unknown, after: unknown): readonly string[] {
  return differences(before, after).map(({ path }) => (path.length === 0 ? "<root>" : path.join(".")));
}

/** One setting that two trees differ in, secrets hidden; without a side where it is not set. */
export interface ConfigDifference {
  readonly path: string;
  /** What it asks of a running gateway. */
  readonly kind: ReloadKind;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Like {@link changedPaths}, with what both sides say. */
export function configDifferences(before: unknown, after: unknown): readonly ConfigDifference[] {
  return differences(before, after).map(({ path, leaves }) => {
    const [from, to] = [before, after].map((tree) => redactValue(getPath(tree, path), path));
    return {
      path: path.length === 0 ? "<root>" : path.join("."),
      kind: reloadKind(leaves),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  });
}

/** Whether two trees of plain data say the same; the order of keys says nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}

function compare(a: unknown, b: unknown, path: readonly string[]): Difference[] {
  if (Object.is(a, b)) return [];
  if (!isRecord(a) || !isRecord(b)) return isEqual(a, b) ? [] : [{ path, leaves: [path] }];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => {
    const place = [...path, key];
    if (!Object.hasOwn(a, key)) return [{ path: place, leaves: leavesOf(b[key], place) }];
    if (!Object.hasOwn(b, key)) return [{ path: place, leaves: leavesOf(a[key], place) }];
    return compare(a[key], b[key], place);
  });
}

function leavesOf(tree: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (!isRecord(tree)) return [path];
  const entries = Object.entries(tree);
  return entries.length === 0 ? [path] : entries.flatMap(([key, value]) => leavesOf(value, [...path, key]));
}
