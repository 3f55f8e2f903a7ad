/** Whether a value is an object with keys: not null, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Freezes a tree of plain data, so that a snapshot shared by many readers cannot change. */
export function deepFreeze<T>(tree: T): T {
  if (typeof tree === "object" && tree !== null && !Object.isFrozen(tree)) {
    Object.freeze(tree);
    for (const value of Object.values(tree)) deepFreeze(value);
  }
  return tree;
}
