import { keyName, skipBlank, tokenEnd } from "./json5-tokens.ts";

/** One value of a JSON5 text and where it stands. */
export interface SourceValue {
  /** Keys and array indexes from the root. */
  readonly path: readonly string[];
  /** Offset of the key; of the value itself in an array or at the root. */
  readonly at: number;
  /** Number of the enclosing object or array, unique in the text; -1 for the root. */
  readonly container: number;
  /** Offset of the value's first character. */
  readonly start: number;
  /** Offset behind a scalar's last character; for an object or array, behind its opening bracket. */
  readonly end: number;
}

interface Container {
  readonly id: number;
  readonly path: readonly string[];
  readonly isObject: boolean;
  /** Key read last, or index of the next element. */
  key: string;
  keyAt: number;
}

/**
 * Walks through every value of a text that is known to be valid JSON5, parents first, in the order of the
 * text. That assumption is what keeps it small: it looks for structure and never for mistakes.
 */
export function* sourceValues(text: string): Generator<SourceValue, void, undefined> {
  const open: Container[] = [];
  let containers = 0;
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const char = text.charAt(at);
    const parent = open.at(-1);
    if (char === "}" || char === "]") {
      open.pop();
      at += 1;
    } else if (char === ",") {
      if (parent !== undefined && !parent.isObject) parent.key = String(Number(parent.key) + 1);
      at += 1;
    } else {
      if (parent?.isObject) at = readKey(text, at, parent);
      const isContainer = text.charAt(at) === "{" || text.charAt(at) === "[";
      const end = isContainer ? at + 1 : tokenEnd(text, at);
      const path = parent === undefined ? [] : [...parent.path, parent.key];
      yield { path, at: parent?.isObject ? parent.keyAt : at, container: parent?.id ?? -1, start: at, end };
      if (isContainer) {
        open.push({ id: containers, path, isObject: text.charAt(at) === "{", key: "0", keyAt: at });
        containers += 1;
      }
      at = end;
    }
    at = skipBlank(text, at);
  }
}

/** Takes the key at `at`, and returns the offset of its value. */
function readKey(text: string, at: number, object: Container): number {
  const end = tokenEnd(text, at);
  const token = text.slice(at, end);
  object.keyAt = at;
  object.key = keyName(token);
  const colon = skipBlank(text, end);
  return skipBlank(text, colon + 1);
}
