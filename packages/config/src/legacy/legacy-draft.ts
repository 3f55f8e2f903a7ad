import { isEqual } from "../edit/differences.ts";
import { getPath } from "../show/config-path.ts";
import { isForbiddenKey } from "../source/forbidden-key.ts";
import { isRecord } from "../source/record.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";

type Path = readonly string[];

/** A copy of a tree on its way to the keys of today, and which places of it changed. */
export class LegacyDraft {
  readonly #before: unknown;
  readonly #tree: unknown;
  readonly #touched: Path[] = [];
  readonly #kept: Path[] = [];

  constructor(before: unknown) {
    this.#before = before;
    this.#tree = structuredClone(before);
  }

  /** As it is now. */
  get tree(): unknown {
    return this.#tree;
  }

  /** The changes that lead from the tree as it was to the tree as it is: none of them depends on another. */
  get changes(): readonly ConfigChange[] {
    const places = new Map(this.#touched.map((path) => [placeOf(path), path]));
    const outermost = [...places.values()].filter((path) =>
      path.every((_, depth) => !places.has(placeOf(path.slice(0, depth)))),
    );
    return outermost
      .map((path) => ({ path, value: this.get(path) }))
      .filter(({ path, value }) => !isEqual(value, getPath(this.#before, path)));
  }

  /** Where a value of today stayed although an old one said something else. */
  get kept(): readonly Path[] {
    return this.#kept;
  }

  get(path: Path): unknown {
    return getPath(this.#tree, path);
  }

  /**
   * Puts a value where there is none yet; of two sections the keys that are missing. What is there already wins.
   * False when that cannot be, because a parent is a value without keys (T-CFG-01: or a key would reach a prototype).
   */
  put(path: Path, value: unknown): boolean {
    const known = this.get(path);
    if (known === undefined) return this.set(path, value);
    if (!isRecord(known) || !isRecord(value)) {
      if (!isEqual(known, value)) this.keep(path);
      return true;
    }
    return Object.entries(value)
      .map(([key, item]) => this.put([...path, key], item))
      .every(Boolean);
  }

  /** Notes that what stands at a path stays. */
  keep(path: Path): void {
    this.#kept.push(path);
  }

  /** Puts a value whatever is there. False as {@link put}. */
  set(path: Path, value: unknown): boolean {
    if (path.some(isForbiddenKey)) return false;
    const key = path.at(-1);
    const holder = this.#holder(path.slice(0, -1));
    if (key === undefined || holder === undefined) return false;
    if (Array.isArray(holder) && !(Number(key) <= holder.length)) return false;
    Reflect.set(holder, key, value);
    this.#touched.push(path);
    return true;
  }

  /** Adds items at the end of a list, which is made if it is missing. False as {@link put}. */
  append(path: Path, items: readonly unknown[]): boolean {
    const known = this.get(path);
    if (known === undefined) return this.set(path, [...items]);
    if (!Array.isArray(known)) return false;
    return items.every((item) => this.set([...path, String(known.length)], item));
  }

  /** Takes a key out of its section. */
  remove(path: Path): void {
    const key = path.at(-1);
    const holder = this.get(path.slice(0, -1));
    if (key === undefined || !isRecord(holder)) return;
    Reflect.deleteProperty(holder, key);
    this.#touched.push(path);
  }

  /** The section at a path, made if it is missing; a parent that is no section has no keys. */
  #holder(path: Path): object | undefined {
    let holder = this.#tree;
    for (const [depth, key] of path.entries()) {
      if (!isRecord(holder) && !Array.isArray(holder)) return undefined;
      if (getPath(holder, [key]) === undefined) {
        Reflect.set(holder, key, {});
        this.#touched.push(path.slice(0, depth + 1));
      }
      holder = getPath(holder, [key]);
    }
    return isRecord(holder) || Array.isArray(holder) ? holder : undefined;
  }
}

function placeOf(path: Path): string {
  return JSON.stringify(path);
}
