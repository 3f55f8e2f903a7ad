import { isRecord } from "../source/record.ts";

type Tree = Readonly<Record<string, unknown>>;

/**
 * `before` with the values that `after` has at some leaves of their differences. With all of them it says what `after`
 * says.
 */
export function takeOver(before: Tree, after: Tree, leaves: readonly (readonly string[])[]): Tree {
  const tree = structuredClone<Record<string, unknown>>(before);
  for (const path of leaves) setLeaf(tree, after, path);
  return tree;
}

function setLeaf(tree: Record<string, unknown>, after: Tree, [key, ...rest]: readonly string[]): void {
  if (key === undefined) return;
  const isThere = Object.hasOwn(after, key);
  const wanted = after[key];
  if (rest.length === 0) {
    if (isThere) tree[key] = structuredClone(wanted);
    else Reflect.deleteProperty(tree, key);
    return;
  }
  const own = tree[key];
  const below: Record<string, unknown> = isRecord(own) ? own : {};
  setLeaf(below, isRecord(wanted) ? wanted : {}, rest);
  // What `after` does not have at all goes with the last thing in it.
  if (isThere || !isEmpty(below)) tree[key] = below;
  else Reflect.deleteProperty(tree, key);
}

function isEmpty(tree: Tree): boolean {
  for (const _ in tree) return false;
  return true;
}
