import JSON5 from "json5";
import { getPath } from "../show/config-path.ts";
import { sourceValues } from "../source/source-values.ts";
import { renderText } from "../write/render-value.ts";
import { keepWritten, type Stored } from "./keep-written.ts";

/**
 * A whole text from a client with its hidden values filled in again; comments, order and layout are the client's.
 *
 * @param tree what the text means; the text is valid JSON5
 */
export function restoreText(text: string, tree: unknown, stored: Stored): string {
  const restored = keepWritten(tree, stored);
  let result = "";
  let from = 0;
  for (const { path, start, end } of sourceValues(text)) {
    const quote = text.charAt(start);
    if (quote !== '"' && quote !== "'") continue;
    const value: unknown = JSON5.parse(text.slice(start, end));
    const kept = getPath(restored, path);
    if (typeof kept !== "string" || kept === value) continue;
    result += text.slice(from, start) + renderText(kept, quote);
    from = end;
  }
  return result + text.slice(from);
}
