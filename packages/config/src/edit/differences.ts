import { getPath } from "../show/config-path.ts";
import { redactValue } from "../show/redact.ts";
import { isRecord } from "../source/record.ts";

/**
 * Dotted paths at which two resolved trees differ: objects recurse, lists count as a whole, and of what only one side
 * has the outermost key is named. `<root>` when the trees are of different kinds.
 */
export function changedPaths(before: unknown, after: unknown): readonly string[] {
  return differences(before, after, []).map((path) => (path.length === 0 ? "<root>" : path.join(".")));
}

/** One setting that two trees differ in, secrets hidden; without a side where it is not set. */
export interface ConfigDifference {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Like {@link changedPaths}, with what both sides say. */
export function configDifferences(before: unknown, after: unknown): readonly ConfigDifference[] {
  return differences(before, after, []).map((path) => {
    const [from, to] = [before, after].map((tree) => redactValue(getPath(tree, path), path));
    return {
      path: path.length === 0 ? "<root>" : path.join("."),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  });
}

/** Whether two trees of plain data say the same; the order of keys says nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}

function differences(a: unknown, b: unknown, path: readonly string[]): (readonly string[])[] {
  if (!isRecord(a) || !isRecord(b)) return isEqual(a, b) ? [] : [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => {
    const isShared = Object.hasOwn(a, key) && Object.hasOwn(b, key);
    return isShared ? differences(a[key], b[key], [...path, key]) : [[...path, key]];
  });
}
