import JSON5 from "json5";

/** Everything but strings, brackets, punctuation, comments and white space. */
const WORD = /[^\s,:[\]{}/]+/y;
/** Strings that stand for their own characters. */
const PLAIN_STRING = { '"': /"[^"\\\n\r]*"/y, "'": /'[^'\\\n\r]*'/y } as const;
const STRING_END = { '"': /["\\]/g, "'": /['\\]/g } as const;
const LINE_END = /[\n\r\u2028\u2029]/g;
const BLANKS = /\s+/y;
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * Offset of the next character that is neither white space nor in a comment. A comment that is not closed leads beyond the
 * end of the text.
 */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code > 0x7e) {
      const end = matchEnd(BLANKS, text, at);
      if (end === at) return at;
      at = end;
    } else if (code !== 0x2f) {
      return at;
    } else {
      const next = text.charAt(at + 1);
      if (next === "/") at = lineEnd(text, at);
      else if (next !== "*") return at;
      else {
        const close = text.indexOf("*/", at + 2);
        at = (close < 0 ? text.length - 1 : close) + 2;
      }
    }
  }
}

/** Offset behind the string, number, word or identifier at `at`; `at` itself when none of them stands there. */
export function tokenEnd(text: string, at: number): number {
  const quote = text.charAt(at);
  if (quote !== '"' && quote !== "'") return matchEnd(WORD, text, at);
  const end = matchEnd(PLAIN_STRING[quote], text, at);
  return end > at ? end : stringEnd(text, at, STRING_END[quote]);
}

/**
 * What a string, number or word stands for. All but the plain ones are for the parser to say.
 *
 * @throws {SyntaxError} with line and column in the token
 */
export function scalarValue(token: string): unknown {
  if (isPlainString(token)) return token.slice(1, -1);
  if (token === "true") return true;
  if (token === "false") return false;
  if (token === "null") return null;
  if (PLAIN_NUMBER.test(token)) return Number(token);
  return JSON5.parse(token);
}

/**
 * Name that a key stands for; what escapes mean is for the parser to say.
 *
 * @throws {SyntaxError} with line and column in the token behind a bracket
 */
export function keyName(token: string): string {
  if (isPlainString(token)) return token.slice(1, -1);
  if (PLAIN_NAME.test(token)) return token;
  const holder: unknown = JSON5.parse(`{${token}:0}`);
  return Object.getOwnPropertyNames(holder)[0] ?? token;
}

/** Only tokens are asked about: what begins with a quote and holds no escape ends with one, unless the text ended. */
function isPlainString(token: string): boolean {
  const quote = token.charAt(0);
  if (quote !== '"' && quote !== "'") return false;
  const pattern = PLAIN_STRING[quote];
  pattern.lastIndex = 0;
  return pattern.test(token) && pattern.lastIndex === token.length;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Offset behind the closing quote, or the end of the text when there is none. */
function stringEnd(text: string, at: number, special: RegExp): number {
  for (let from = at + 1; ; from += 1) {
    special.lastIndex = from;
    if (!special.test(text)) return text.length;
    from = special.lastIndex;
    if (text.charAt(from - 1) !== "\\") return from;
  }
}

function lineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.test(text) ? LINE_END.lastIndex - 1 : text.length;
}
