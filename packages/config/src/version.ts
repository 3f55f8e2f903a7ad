import { getPath } from "./show/config-path.ts";

/** Version of the product; every package carries the same. A test compares it with package.json. */
export const PROGRAM_VERSION = "2026.11.0";

/** The version that wrote a configuration last, if it is newer than this one. */
export function newerWriter(tree: unknown): string | undefined {
  const version = getPath(tree, ["meta", "lastTouchedVersion"]);
  return typeof version === "string" && isNewer(version, PROGRAM_VERSION) ? version : undefined;
}

/** Whether a version such as `2026.11.0` comes after another one; what stands behind the numbers does not count. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [version, than].map(numbersOf);
  if (left === undefined || right === undefined) return false;
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  const [, ...parts] = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?![\d.])/.exec(version.trim()) ?? [];
  return parts.map(Number);
}
