import { keyName, skipBlank, tokenEnd } from "./json5-tokens.ts";

type Path = readonly string[];

/**
 * A text in which every object and list is blank inside that no path leads into. All that is left stands where it stood:
 * a syntax tree of the outline has the places of the whole text, for a fraction of the nodes. The text is valid JSON5.
 */
export function outline(text: string, paths: readonly Path[]): string {
  let result = "";
  let from = 0;

  /** Goes through the value at `at`, and returns the offset behind it. */
  function readValue(at: number, { into, depth }: { into: readonly Path[]; depth: number }): number {
    const char = text.charAt(at);
    if (char !== "{" && char !== "[") return tokenEnd(text, at);
    if (into.length > 0) return readItems(at, { into, depth });
    const end = closingBracket(text, at);
    result += text.slice(from, at + 1) + " ".repeat(end - at - 1);
    from = end;
    return end + 1;
  }

  function readItems(start: number, { into, depth }: { into: readonly Path[]; depth: number }): number {
    const deeper = byKey(into, depth);
    const isObject = text.charAt(start) === "{";
    let index = 0;
    let at = skipBlank(text, start + 1);
    while (!isClosing(text.charAt(at))) {
      if (text.charAt(at) === ",") {
        index += 1;
        at = skipBlank(text, at + 1);
        continue;
      }
      const keyEnd = isObject ? tokenEnd(text, at) : at;
      const key = isObject ? keyName(text.slice(at, keyEnd)) : String(index);
      const colon = skipBlank(text, keyEnd);
      const value = isObject ? skipBlank(text, colon + 1) : at;
      at = skipBlank(text, readValue(value, { into: deeper.get(key) ?? [], depth: depth + 1 }));
    }
    return at + 1;
  }

  readValue(skipBlank(text, 0), { into: paths, depth: 0 });
  return result + text.slice(from);
}

/** Paths that lead below a key of the container at `depth`, by that key. */
function byKey(paths: readonly Path[], depth: number): ReadonlyMap<string, readonly Path[]> {
  const found = new Map<string, Path[]>();
  for (const path of paths) {
    const key = path[depth];
    if (key === undefined || path.length <= depth + 1) continue;
    const known = found.get(key);
    if (known === undefined) found.set(key, [path]);
    else known.push(path);
  }
  return found;
}

/** Offset of the bracket that closes the one at `at`. */
function closingBracket(text: string, at: number): number {
  let depth = 0;
  for (let next = at; ; next = skipBlank(text, next)) {
    const char = text.charAt(next);
    if (char === "{" || char === "[") depth += 1;
    else if (isClosing(char)) depth -= 1;
    if (depth === 0) return next;
    next = Math.max(next + 1, tokenEnd(text, next));
  }
}

function isClosing(char: string): boolean {
  return char === "}" || char === "]";
}
