import { jsonExcess } from "@openclaw/protocol";

/** The value of a JSON text that came inside a message, or `undefined` when it is none, or too costly to parse (T-DOS-10). */
export function parseJson(text: string): unknown {
  if (jsonExcess(text) !== undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
