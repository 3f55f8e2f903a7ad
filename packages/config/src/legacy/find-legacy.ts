import type { LocatedIssue } from "../validate.ts";
import { LEGACY_KEYS, type LegacyKey } from "./legacy-keys.ts";
import { fill, type Match, matches } from "./pattern.ts";

/** One key of an older release in a tree, and the row that tells about it. */
export interface LegacyMatch {
  readonly row: LegacyKey;
  readonly match: Match;
}

/** Where a row fits. */
export function matchesOf(tree: unknown, row: LegacyKey): readonly Match[] {
  const { old, isOld = () => true } = row;
  return matches(tree, old).filter(({ value }) => isOld(value));
}

/** One issue for every key of an older release, with what to use instead. Docs: configuration.md#old-keys */
export function findLegacy(tree: unknown): readonly LocatedIssue[] {
  const found = new Map<string, LocatedIssue>();
  for (const row of LEGACY_KEYS) {
    for (const { path: place, names } of matchesOf(tree, row)) {
      const path = place.join(".");
      // The first row that fits is the most precise one.
      if (!found.has(path)) found.set(path, { path, place, message: messageOf(path, row, names) });
    }
  }
  return [...found.values()];
}

function messageOf(path: string, { now, move }: LegacyKey, names: readonly string[]): string {
  const said = now === undefined ? undefined : fill(now, names).join(".");
  const what =
    said === undefined
      ? `${path} was removed; delete it`
      : said === path
        ? `${path} has an old value`
        : `${path} was moved; use ${said} instead`;
  return move === "stays" ? `${what}.` : `${what} (auto-migrated on load).`;
}
