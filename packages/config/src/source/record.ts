/** Whether a value is an object with keys: not null, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes the parts of an object or list. What stays as it is is shared with the old tree, not copied. */
export function mapParts(tree: unknown, change: (part: unknown, key: string) => unknown): unknown {
  if (Array.isArray(tree)) {
    const items: readonly unknown[] = tree;
    const changed = items.map((item, index) => change(item, String(index)));
    return changed.some((item, index) => item !== items[index]) ? changed : items;
  }
  if (!isRecord(tree)) return tree;
  const entries = Object.entries(tree);
  const changed = entries.map(([key, value]) => change(value, key));
  if (entries.every(([, value], index) => value === changed[index])) return tree;
  return Object.fromEntries(entries.map(([key], index) => [key, changed[index]]));
}

/** Freezes a tree of plain data, so that a snapshot shared by many readers cannot change. */
export function deepFreeze<T>(tree: T): T {
  if (typeof tree === "object" && tree !== null && !Object.isFrozen(tree)) {
    Object.freeze(tree);
    for (const value of Object.values(tree)) deepFreeze(value);
  }
  return tree;
}
