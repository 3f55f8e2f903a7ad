import { dirname, relative, isAbsolute, resolve } from "node:path";
import { parseJson5InTurns, SOURCE_LIMITS } from "./parse-json5.ts";
import { isRecord } from "./record.ts";
import type { SourceFiles } from "./source-files.ts";
import { Turn } from "./turn.ts";

const MAX_DEPTH = 10;
const MAX_FILES = 256;

/** A tree without `$include`, or the first thing that is wrong with one. */
export type IncludeResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/**
 * Replaces every `$include` by the files it names. Files must lie below the main file's folder, also behind
 * symbolic links: whoever may write one included file must not be able to pull in others (T-CFG-03).
 *
 * Docs: configuration.md#include
 */
export async function resolveIncludes(
  tree: unknown,
  configPath: string,
  files: SourceFiles,
): Promise<IncludeResult> {
  try {
    const includer = new Includer(dirname(configPath), files);
    return { ok: true, value: await includer.expand(tree, [configPath]) };
  } catch (error) {
    if (error instanceof IncludeProblem) return { ok: false, message: error.message };
    throw error;
  }
}

/** Carries a user's mistake out of the recursion; never leaves this file. */
class IncludeProblem extends Error {}

class Includer {
  readonly #root: string;
  readonly #files: SourceFiles;
  readonly #turn = new Turn();
  /** Objects and lists with an `$include` somewhere below: most of a long file has none. */
  readonly #includers = new Set<unknown>();
  #fileCount = 0;
  #byteCount = 0;

  constructor(root: string, files: SourceFiles) {
    this.#root = root;
    this.#files = files;
  }

  /** @param chain files being read, the main one first */
  async expand(tree: unknown, chain: readonly string[]): Promise<unknown> {
    markIncluders(tree, this.#includers);
    return this.#expandMarked(tree, chain);
  }

  async #expandMarked(tree: unknown, chain: readonly string[]): Promise<unknown> {
    if (!this.#includers.has(tree)) return tree;
    if (Array.isArray(tree)) {
      const items: unknown[] = [];
      for (const item of tree as readonly unknown[]) items.push(await this.#expandMarked(item, chain));
      return items;
    }
    if (!isRecord(tree)) return tree;
    const siblings: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(tree)) {
      if (key !== "$include") siblings[key] = await this.#expandMarked(value, chain);
    }
    if (!Object.hasOwn(tree, "$include")) return siblings;
    const included = await this.#includeAll(tree["$include"], chain);
    if (Object.keys(siblings).length === 0) return included;
    if (!isRecord(included))
      throw new IncludeProblem("Sibling keys require included content to be an object");
    return deepMerge(included, siblings);
  }

  async #includeAll(value: unknown, chain: readonly string[]): Promise<unknown> {
    if (typeof value === "string") return this.#include(value, chain);
    if (!Array.isArray(value)) {
      throw new IncludeProblem(
        `Invalid $include value: expected string or array of strings, got ${value === null ? "null" : typeof value}`,
      );
    }
    let merged: unknown = {};
    for (const item of value as readonly unknown[]) {
      if (typeof item !== "string") {
        throw new IncludeProblem(
          `Invalid $include array item: expected string, got ${item === null ? "null" : typeof item}`,
        );
      }
      merged = deepMerge(merged, await this.#include(item, chain));
    }
    return merged;
  }

  async #include(name: string, chain: readonly string[]): Promise<unknown> {
    const path = resolve(dirname(chain.at(-1) ?? this.#root), name);
    const problem = (text: string) => new IncludeProblem(text);
    if (!isInside(path, this.#root))
      throw problem(`Include path escapes config directory: ${name} (root: ${this.#root})`);
    if (chain.includes(path)) throw problem(`Circular include detected: ${[...chain, path].join(" -> ")}`);
    if (chain.length > MAX_DEPTH) throw problem(`Maximum include depth (${MAX_DEPTH}) exceeded at: ${path}`);
    if ((this.#fileCount += 1) > MAX_FILES) throw problem(`Too many include files (limit ${MAX_FILES})`);
    const text = await this.#read(name, path);
    this.#byteCount += Buffer.byteLength(text);
    if (this.#byteCount > SOURCE_LIMITS.maxBytes)
      throw problem(`Include files too large (limit ${SOURCE_LIMITS.maxBytes} bytes)`);
    const parsed = await parseJson5InTurns(text, this.#turn);
    if (!parsed.ok)
      throw problem(`Failed to parse include file: ${name} (resolved: ${path}): ${parsed.message}`);
    return this.expand(parsed.value, [...chain, path]);
  }

  async #read(name: string, path: string): Promise<string> {
    const unreadable = () => {
      throw new IncludeProblem(`Failed to read include file: ${name} (resolved: ${path})`);
    };
    const [root, real] = await Promise.all(
      [this.#root, path].map((each) => this.#files.realPath(each)),
    ).catch(unreadable);
    if (root === undefined || real === undefined || !isInside(real, root)) {
      throw new IncludeProblem(
        `Include path resolves outside config directory (symlink): ${name} (root: ${this.#root})`,
      );
    }
    return this.#files.readText(real).catch(unreadable);
  }
}

/** Notes everything that has an `$include` at or below it; whether `tree` does. */
function markIncluders(tree: unknown, includers: Set<unknown>): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  let isIncluder = Object.hasOwn(tree, "$include");
  for (const part of Object.values(tree)) isIncluder = markIncluders(part, includers) || isIncluder;
  if (isIncluder) includers.add(tree);
  return isIncluder;
}

/** Objects recurse, arrays concatenate, of anything else the later wins. */
function deepMerge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = Object.hasOwn(merged, key) ? deepMerge(merged[key], value) : value;
  }
  return merged;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
