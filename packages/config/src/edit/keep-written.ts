import { redactValue } from "../show/redact.ts";
import { REDACTED } from "../show/redacted.ts";
import { isSecret } from "../show/sensitive.ts";
import { isRecord } from "../source/record.ts";
import { isEqual } from "./differences.ts";

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
  const { written, resolved, config } = mapForms(stored, listOf);
  const shown = [written, resolved, config].map((list) =>
    list.map((item, index) => redactValue(item, [...path, String(index)])),
  );
  return items.map((item, index) => {
    const isSame = (known: number) => shown.some((list) => isEqual(list[known], item));
    const named = written.flatMap((known, at) => (nameOf(known) === nameOf(item) ? [at] : []));
    const equal = written.flatMap((_, at) => (isSame(at) ? [at] : []));
    const candidates = nameOf(item) === undefined ? equal : named;
    const isInPlace = items.length === written.length && candidates.includes(index);
    const at = isInPlace ? index : candidates.length === 1 ? candidates[0] : undefined;
    if (at === undefined) return item;
    return keepWritten(
      item,
      mapForms(stored, (list) => listOf(list)[at]),
      [...path, String(index)],
    );
  });
}

function mapForms<T>(stored: Stored, change: (tree: unknown) => T): { readonly [K in keyof Stored]: T } {
  const { written, resolved, config } = stored;
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
