import { isRecord } from "../source/record.ts";

/** How values are written at one place of a text. */
export interface Style {
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
  readonly quote: '"' | "'";
  /** Whether keys go without quotes where they can. */
  readonly bareKeys: boolean;
}

// Words with a meaning of their own, which the parser of the syntax tree does not take for names.
const RESERVED = /^(null|true|false|Infinity|NaN)$/;

/** Writes a value in the given style; `indent` is that of the line it starts on. */
export function renderValue(value: unknown, style: Style, indent: string): string {
  if (typeof value === "string") return renderText(value, style.quote);
  const inner = indent + style.unit;
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + renderValue(item, style, inner));
    return items.length === 0 ? "[]" : ["[", items.join(`,${style.eol}`), `${indent}]`].join(style.eol);
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${inner}${renderKey(key, style)}: ${renderValue(item, style, inner)}`);
  return members.length === 0 ? "{}" : ["{", members.join(`,${style.eol}`), `${indent}}`].join(style.eol);
}

/** Writes a key, with quotes only where the style or the key needs them. */
export function renderKey(key: string, style: Style): string {
  const isBare = style.bareKeys && /^[A-Za-z_$][\w$]*$/.test(key) && !RESERVED.test(key);
  return isBare ? key : renderText(key, style.quote);
}

/** Writes a text between quotes of the given kind. */
export function renderText(text: string, quote: Style["quote"]): string {
  const json = JSON.stringify(text);
  return quote === '"' ? json : `'${json.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}
