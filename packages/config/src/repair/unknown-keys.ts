import { validateConfig } from "../validate.ts";

/** A key that no release of today knows. */
export interface UnknownKey {
  readonly path: readonly string[];
  /** Dotted path of the setting that may have been meant. */
  readonly suggestion?: string;
}

/** Every key of a tree, includes and variables resolved, that means nothing. */
export function unknownKeys(resolved: unknown): readonly UnknownKey[] {
  const checked = validateConfig(resolved);
  if (checked.ok) return [];
  return checked.issues.flatMap(({ unknown = [], suggestion }) =>
    unknown.map((path) => ({ path, ...(suggestion !== undefined && { suggestion }) })),
  );
}
