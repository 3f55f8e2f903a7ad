import type { Mismatch } from "./match.ts";

/** A difference the product has on purpose. */
export interface Difference {
  /** Keys from the frame's root, joined by dots; `*` stands for one key, `**` for any number of them. */
  readonly at: string;
  /** What ours has there. */
  readonly ours: "nothing" | "something else" | "something more" | ((value: unknown) => boolean);
}

/** Whether a mismatch is this difference. */
export function covers(difference: Difference, { path, recorded, received }: Mismatch): boolean {
  if (!isAt(difference.at.split("."), path.split("."))) return false;
  const isMissing = typeof received === "symbol";
  const isAdded = typeof recorded === "symbol";
  switch (difference.ours) {
    case "nothing":
      return isMissing;
    case "something more":
      return isAdded;
    case "something else":
      return !isMissing && !isAdded;
    default:
      return !isMissing && difference.ours(received);
  }
}

function isAt([first, ...pattern]: readonly string[], keys: readonly string[]): boolean {
  if (first === undefined) return keys.length === 0;
  if (first === "**")
    return keys.some((_key, index) => isAt(pattern, keys.slice(index))) || pattern.length === 0;
  return keys.length > 0 && (first === "*" || first === keys[0]) && isAt(pattern, keys.slice(1));
}
