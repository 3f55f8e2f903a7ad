import JSON5 from "json5";

/** A value as typed, or why it is refused. */
export type ConfigValueParse =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/**
 * Reads a value as operators type it: JSON5, and what is none of it is a text as it stands. With `strict` that is refused
 * instead.
 *
 * Docs: configuration.md#commands
 */
export function parseConfigValue(text: string, { strict = false } = {}): ConfigValueParse {
  try {
    const value: unknown = JSON5.parse(text.trim());
    // JSON, which the file may be, has no words for these.
    if (typeof value !== "number" || Number.isFinite(value)) return { ok: true, value };
    return strict
      ? { ok: false, message: `Failed to parse JSON5 value: ${text}` }
      : { ok: true, value: text };
  } catch (error) {
    if (!strict) return { ok: true, value: text };
    return { ok: false, message: `Failed to parse JSON5 value: ${String(error)}` };
  }
}
