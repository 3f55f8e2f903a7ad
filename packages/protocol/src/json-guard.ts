import { LIMITS } from "./limits.ts";

/**
 * Why a JSON text is too costly to parse, or `undefined`. Counted on the text, before parsing: a few bytes per level,
 * key or list item would otherwise become many times that in objects, and hold the event loop for seconds. Strings are
 * skipped whole, so large payloads cost little.
 * Text that is not JSON gets any answer; the parser refuses it.
 */
export function jsonExcess(text: string): string | undefined {
  let depth = 0;
  let keys = 0;
  let items = 1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > LIMITS.maxJsonDepth)
          return `must NOT be nested deeper than ${LIMITS.maxJsonDepth} levels`;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
      case COLON:
        keys += 1;
        if (keys > LIMITS.maxJsonKeys) return `must NOT have more than ${LIMITS.maxJsonKeys} properties`;
        break;
      case COMMA:
        items += 1;
        if (items > LIMITS.maxJsonItems) return `must NOT have more than ${LIMITS.maxJsonItems} items`;
        break;
    }
  }
  return undefined;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

/** A quote preceded by an odd number of backslashes belongs to the string. */
function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
