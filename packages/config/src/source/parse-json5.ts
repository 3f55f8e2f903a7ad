import JSON5 from "json5";
import { lineAt, sourceValues } from "./source-values.ts";

/** What a text may cost: more is refused before it can hurt (T-CFG-12). */
export const SOURCE_LIMITS = { maxBytes: 5 * 1024 * 1024, maxDepth: 64 } as const;

/** A parsed text, or why it is refused and on which line. */
export type Json5Parse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly line?: number };

/**
 * Parses JSON5 as the file format defines it, which is stricter than the language: no key twice in an object,
 * no key that JavaScript gives a meaning of its own, limited size and depth.
 *
 * Docs: configuration.md#format
 */
export function parseJson5(text: string): Json5Parse {
  const bytes = Buffer.byteLength(text);
  if (bytes > SOURCE_LIMITS.maxBytes) {
    return refuse(`file too large (${bytes} bytes, limit ${SOURCE_LIMITS.maxBytes})`);
  }
  let value: unknown;
  try {
    value = JSON5.parse(text);
  } catch (error) {
    const line = error instanceof SyntaxError && "lineNumber" in error ? Number(error.lineNumber) : undefined;
    return refuse(String(error), line);
  }
  return structureProblem(text) ?? { ok: true, value };
}

/** Whether a key would reach an object's prototype instead of its data (T-CFG-01). */
export function isForbiddenKey(key: string): boolean {
  return key === "__proto__" || key === "constructor" || key === "prototype";
}

function structureProblem(text: string): Json5Parse | undefined {
  const seen = new Set<string>();
  for (const { path, at, container } of sourceValues(text)) {
    const key = path.at(-1);
    if (key === undefined) continue;
    const id = `${container}:${key}`;
    if (isForbiddenKey(key)) return refuseAt(text, at, `forbidden key ${JSON.stringify(path.join("."))}`);
    if (seen.has(id)) return refuseAt(text, at, `duplicate key ${JSON.stringify(key)}`);
    if (path.length > SOURCE_LIMITS.maxDepth)
      return refuseAt(text, at, `nesting deeper than ${SOURCE_LIMITS.maxDepth}`);
    seen.add(id);
  }
  return undefined;
}

function refuseAt(text: string, offset: number, problem: string): Json5Parse {
  const line = lineAt(text, offset);
  const column = offset - text.lastIndexOf("\n", offset - 1);
  return refuse(`SyntaxError: JSON5: ${problem} at ${line}:${column}`, line);
}

function refuse(message: string, line?: number): Json5Parse {
  return { ok: false, message, ...(line !== undefined && { line }) };
}
