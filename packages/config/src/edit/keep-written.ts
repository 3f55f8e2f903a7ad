import { redactValue } from "../show/redact.ts";
import { REDACTED } from "../show/redacted.ts";
import { isSecret } from "../show/sensitive.ts";
import { isRecord } from "../source/record.ts";

/** One tree in the three forms that clients see. */
export interface Stored {
  /** As in the files, `${VAR}` in place. */
  readonly written: unknown;
  /** With variables filled in. */
  readonly resolved: unknown;
  /** With defaults, and paths without `~`. */
  readonly config: unknown;
}

/**
 * A value from a client, in which everything the client could only see changed is as it stands in the files again:
 * hidden secrets (T-CFG-06), and texts made from `${VAR}` or `~` (T-CFG-07). What has no counterpart at its path stays as it
 * is, also the sentinel: {@link sentinelPath} finds it.
 */
export function keepWritten(value: unknown, stored: Stored, path: readonly string[] = []): unknown {
  const { written, resolved, config } = stored;
  if (typeof value === "string") {
    if (typeof written !== "string" || typeof resolved !== "string") return value;
    if (value === REDACTED) return isSecret(path, written) || isSecret(path, resolved) ? written : value;
    return value === resolved || value === config ? written : value;
  }
  if (Array.isArray(value)) return keepItems(value, stored, path);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      keepWritten(
        item,
        mapForms(stored, (tree) => own(tree, key)),
        [...path, key],
      ),
    ]),
  );
}

/** Where a hidden value would be written as if it were a real one. */
export function sentinelPath(tree: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (typeof tree === "string") return tree.includes(REDACTED) ? path : undefined;
  if (!Array.isArray(tree) && !isRecord(tree)) return undefined;
  for (const [key, item] of Object.entries(tree)) {
    const found = key.includes(REDACTED) ? [...path, key] : sentinelPath(item, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An item that was moved takes its secrets along, and never gets those of another. */
function keepItems(items: readonly unknown[], stored: Stored, path: readonly string[]): unknown[] {
  const forms = mapForms(stored, listOf);
  const { written, resolved, config } = forms;
  const byName = placesBy(written, nameOf);
  const shown = [written, resolved, config].map((list) =>
    placesBy(list.slice(0, written.length), (item, index) =>
      canonical(redactValue(item, [...path, String(index)])),
    ),
  );
  return items.map((item, index) => {
    const name = nameOf(item);
    const known =
      name === undefined ? shown.map((places) => places.get(canonical(item))) : [byName.get(name)];
    const candidates = known.flatMap((places) => (places === undefined ? [] : [places]));
    const isInPlace = items.length === written.length && candidates.some((places) => places.has(index));
    const at = isInPlace ? index : onlyOf(candidates);
    if (at === undefined) return item;
    return keepWritten(
      item,
      mapForms(forms, (list) => list[at]),
      [...path, String(index)],
    );
  });
}

/** Where the items of a list are that have a key, by that key. */
function placesBy(
  items: readonly unknown[],
  keyOf: (item: unknown, index: number) => string | undefined,
): ReadonlyMap<string, ReadonlySet<number>> {
  const places = new Map<string, Set<number>>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    if (key === undefined) continue;
    const known = places.get(key);
    if (known === undefined) places.set(key, new Set([index]));
    else known.add(index);
  }
  return places;
}

/** The number that is all there is in the given sets. */
function onlyOf(sets: readonly ReadonlySet<number>[]): number | undefined {
  const [only] = sets[0] ?? [];
  return only !== undefined && sets.every((set) => set.size === 1 && set.has(only)) ? only : undefined;
}

/** One text for all trees that say the same: the order of keys says nothing. */
function canonical(tree: unknown): string {
  return JSON.stringify(tree, (_, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

function mapForms<F, T>(
  { written, resolved, config }: { readonly [K in keyof Stored]: F },
  change: (tree: F) => T,
): { readonly [K in keyof Stored]: T } {
  return { written: change(written), resolved: change(resolved), config: change(config) };
}

function listOf(tree: unknown): readonly unknown[] {
  return Array.isArray(tree) ? tree : [];
}

/** By what an item of a list is known when its place changes. */
function nameOf(item: unknown): string | undefined {
  const name = own(item, "id") ?? own(item, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function own(tree: unknown, key: string): unknown {
  return isRecord(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}
