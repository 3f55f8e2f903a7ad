import { dirname, resolve } from "node:path";
import { parseJson5InTurns } from "../source/parse-json5.ts";
import { isRecord } from "../source/record.ts";
import { Turn } from "../source/turn.ts";
import type { SourceTexts } from "./source-texts.ts";

/** A key in the file that defines it. */
export interface KeyPlace {
  readonly file: string;
  /** From the root of that file. */
  readonly path: readonly string[];
}

interface Branch {
  readonly file: string;
  readonly tree: unknown;
  /** Where `tree` stands in `file`. */
  readonly at: readonly string[];
}

/**
 * Finds the file in which a key of the whole configuration is written: the main file or one of its includes, the one
 * that wins if there are several. The files are known to be readable and free of cycles.
 */
export async function locateKey(
  sources: SourceTexts,
  path: readonly string[],
): Promise<KeyPlace | undefined> {
  return keyLocator(sources)(path);
}

/** Like {@link locateKey} for many keys: every file is read once. */
export function keyLocator(sources: SourceTexts): (path: readonly string[]) => Promise<KeyPlace | undefined> {
  const branches = new Map<string, Promise<Branch>>();
  const branch = (file: string) => {
    const known = branches.get(file) ?? sources.textOf(file).then((text) => branchOf(file, text));
    branches.set(file, known);
    return known;
  };

  async function find({ file, tree, at }: Branch, rest: readonly string[]): Promise<KeyPlace | undefined> {
    const [key, ...below] = rest;
    if (key === undefined) return { file, path: at };
    if (Array.isArray(tree)) {
      const item: unknown = tree[Number(key)];
      return item === undefined ? undefined : find({ file, tree: item, at: [...at, key] }, below);
    }
    if (!isRecord(tree)) return undefined;
    if (Object.hasOwn(tree, key)) {
      const found = await find({ file, tree: tree[key], at: [...at, key] }, below);
      if (found !== undefined) return found;
    }
    const included = Object.hasOwn(tree, "$include") ? [tree["$include"]].flat().reverse() : [];
    for (const name of included) {
      if (typeof name !== "string") continue;
      const found = await find(await branch(resolve(dirname(file), name)), rest);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return async (path) => find(await branch(sources.path), path);
}

async function branchOf(file: string, text: string): Promise<Branch> {
  const parsed = await parseJson5InTurns(text, new Turn());
  return { file, tree: parsed.ok ? parsed.value : undefined, at: [] };
}
