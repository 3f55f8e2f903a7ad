import { isForbiddenKey } from "../source/forbidden-key.ts";
import { isRecord } from "../source/record.ts";

/** Segments of a path, or what is wrong with its text. */
export type ConfigPathParse =
  { readonly ok: true; readonly path: readonly string[] } | { readonly ok: false; readonly message: string };

/**
 * Reads a path as operators type it: dots separate, `[x]` is one segment (an index or any key, quotes around it
 * are dropped), `\` takes the next character as it is, empty segments do not count.
 *
 * Docs: configuration.md#paths-of-keys
 */
export function parseConfigPath(text: string): ConfigPathParse {
  const path: string[] = [];
  let segment = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") {
      at += 1;
      segment += text.charAt(at);
    } else if (char === ".") {
      path.push(segment);
      segment = "";
    } else if (char === "[") {
      const close = text.indexOf("]", at);
      if (close < 0) return { ok: false, message: `Invalid path (missing "]"): ${text}` };
      const inner = withoutQuotes(text.slice(at + 1, close).trim());
      if (inner === "") return { ok: false, message: `Invalid path (empty "[]"): ${text}` };
      path.push(segment, inner);
      segment = "";
      at = close;
    } else {
      segment += char;
    }
  }
  const segments = [...path, segment].map((part) => part.trim()).filter((part) => part !== "");
  const forbidden = segments.find(isForbiddenKey);
  if (forbidden !== undefined) return { ok: false, message: `Invalid path segment: ${forbidden}` };
  return segments.length === 0 ? { ok: false, message: "Path is empty." } : { ok: true, path: segments };
}

/** The value at a path, own properties only; `undefined` when there is none. */
export function getPath(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    else if (isRecord(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

function withoutQuotes(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length >= 2 ? text.slice(1, -1) : text;
}
