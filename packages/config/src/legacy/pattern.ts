import { isRecord } from "../source/record.ts";

/** A place in a tree that a pattern fits. */
export interface Match {
  readonly path: readonly string[];
  /** What stands at the pattern's `<…>`, in order. */
  readonly names: readonly string[];
  readonly value: unknown;
}

/** The places a dotted pattern fits; `<…>` stands for any key or index, all else for itself. Own keys only. */
export function matches(tree: unknown, pattern: string): readonly Match[] {
  return pattern
    .split(".")
    .reduce<readonly Match[]>(
      (found, segment) => found.flatMap((match) => below(match, segment)),
      [{ path: [], names: [], value: tree }],
    );
}

/** The path a pattern stands for once its `<…>` are filled in. */
export function fill(pattern: string, names: readonly string[]): readonly string[] {
  const left = [...names];
  return pattern.split(".").map((segment) => (isAny(segment) ? (left.shift() ?? segment) : segment));
}

function below({ path, names, value }: Match, segment: string): readonly Match[] {
  if (isAny(segment)) {
    const items: readonly [string, unknown][] =
      isRecord(value) || Array.isArray(value) ? Object.entries(value) : [];
    return items.map(([key, item]) => ({ path: [...path, key], names: [...names, key], value: item }));
  }
  if (!isRecord(value) || !Object.hasOwn(value, segment)) return [];
  return [{ path: [...path, segment], names, value: value[segment] }];
}

function isAny(segment: string): boolean {
  return segment.startsWith("<");
}
