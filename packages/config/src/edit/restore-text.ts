import { getPath } from "../show/config-path.ts";
import { scalarValue } from "../source/json5-tokens.ts";
import { sourceValues } from "../source/source-values.ts";
import { renderText } from "../write/render-value.ts";
import { keepWritten, type Stored } from "./keep-written.ts";

/** The configuration as the client saw it, and the text of its main file. */
export interface StoredText extends Stored {
  readonly raw: string | null;
}

/**
 * A whole text from a client with its hidden values filled in again, in the very characters they are stored in;
 * comments, order and layout are the client's.
 *
 * @param tree what the text means; the text is valid JSON5
 */
export function restoreText(text: string, tree: unknown, stored: StoredText): string {
  const restored = keepWritten(tree, stored);
  const replaced = [...stringsOf(text)].flatMap((token) => {
    const kept = getPath(restored, token.path);
    return typeof kept === "string" && kept !== token.value ? [{ ...token, kept }] : [];
  });
  if (replaced.length === 0) return text;
  const known = new Map([...stringsOf(stored.raw ?? "")].map((token) => [token.path.join("\n"), token]));
  let result = "";
  let from = 0;
  for (const { path, start, end, quote, kept } of replaced) {
    const old = known.get(path.join("\n"));
    result += text.slice(from, start) + (old?.value === kept ? old.source : renderText(kept, quote));
    from = end;
  }
  return result + text.slice(from);
}

interface StringToken {
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly source: string;
  readonly quote: '"' | "'";
  readonly value: unknown;
}

function* stringsOf(text: string): Generator<StringToken, void, undefined> {
  for (const { path, start, end } of sourceValues(text)) {
    const source = text.slice(start, end);
    const quote = source.charAt(0);
    if (quote === '"' || quote === "'") yield { path, start, end, source, quote, value: scalarValue(source) };
  }
}
