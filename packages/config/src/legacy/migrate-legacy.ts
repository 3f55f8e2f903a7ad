import type { ConfigChange } from "../write/patch-config-text.ts";
import { matchesOf } from "./find-legacy.ts";
import { LegacyDraft } from "./legacy-draft.ts";
import { LEGACY_KEYS } from "./legacy-keys.ts";
import { move as moveValue } from "./moves.ts";
import { fill } from "./pattern.ts";

/** What it takes to say with the keys of today what a tree says with old ones. */
export interface Migration {
  /** None of them depends on another. */
  readonly changes: readonly ConfigChange[];
  /** The changes for people, one sentence each: names of keys, never a value. */
  readonly notes: readonly string[];
  /** Where a value of today stays although an old one says something else. */
  readonly kept: readonly (readonly string[])[];
  /** The tree with the changes made. */
  readonly tree: unknown;
}

/**
 * Moves the keys of older releases. What nobody but the operator can decide stays; nothing else is touched, and a second
 * run finds nothing to do. Docs: configuration.md#old-keys
 *
 * @param tree as it is written, `${VAR}` in place; is not changed
 */
export function migrateLegacy(tree: unknown): Migration {
  const draft = new LegacyDraft(tree);
  const notes: string[] = [];
  for (const row of LEGACY_KEYS) {
    const { now = "", move = moveValue } = row;
    if (move === "stays") continue;
    for (const match of matchesOf(draft.tree, row)) {
      const old = match.path.join(".");
      const to = fill(now, match.names);
      const kept = draft.kept.length;
      const places = move(draft, match, to);
      if (places === undefined) continue;
      const names = places.map((place) => place.join("."));
      if (!names.includes(old)) draft.remove(match.path);
      notes.push(noteOf(old, names, draft.kept.length > kept));
    }
  }
  return { changes: draft.changes, notes, kept: draft.kept, tree: draft.tree };
}

function noteOf(old: string, places: readonly string[], isKept: boolean): string {
  if (places.length === 0) return `Removed ${old}.`;
  if (places.includes(old)) return `Changed the value of ${old}.`;
  const now = places.join(", ");
  return isKept ? `Merged ${old} into ${now}; what stands there stays.` : `Moved ${old} to ${now}.`;
}
