import type { ConfigSnapshot } from "../snapshot.ts";
import { scalarValue } from "../source/json5-tokens.ts";
import { mapParts } from "../source/record.ts";
import { sourceValues } from "../source/source-values.ts";
import { REDACTED } from "./redacted.ts";
import { Place } from "./sensitive.ts";

/** A snapshot that may be shown: the body of `config.get`. */
export type RedactedSnapshot = Omit<ConfigSnapshot, "config" | "parsed" | "resolved"> & {
  readonly config: unknown;
  readonly parsed: unknown;
  readonly resolved: unknown;
};

/**
 * Hides every secret of a snapshot, in its values and in its text. The hash stays that of the real file. Of an
 * invalid file nothing but its issues is shown, because where its secrets stand is not known.
 *
 * Docs: configuration.md#redaction
 */
export function redactConfig(snapshot: ConfigSnapshot): RedactedSnapshot {
  const { path, exists, raw, valid, hash, issues, warnings, legacyIssues } = snapshot;
  const facts = { path, exists, valid, hash, issues, warnings, legacyIssues };
  if (!valid) return { ...facts, raw: null, parsed: null, resolved: {}, config: {} };
  return {
    ...facts,
    raw: raw === null ? null : redactText(raw),
    parsed: redactValue(snapshot.parsed),
    resolved: redactValue(snapshot.resolved),
    config: redactValue(snapshot.config),
  };
}

/** Hides the secrets of a value that stands at `path` in the configuration. */
export function redactValue(value: unknown, path: readonly string[] = []): unknown {
  return redactAt(Place.at(path), value);
}

function redactAt(place: Place, value: unknown): unknown {
  if (typeof value === "string") return place.hides(value) ? REDACTED : value;
  return mapParts(value, (part, key) => redactAt(place.part(key), part));
}

/** Hides secrets where they stand in a valid JSON5 text; everything else keeps its bytes. */
function redactText(text: string): string {
  let redacted = "";
  let from = 0;
  const root = Place.at([]);
  for (const { path, start, end } of sourceValues(text)) {
    const quote = text.charAt(start);
    if (quote !== '"' && quote !== "'") continue;
    const value = scalarValue(text.slice(start, end));
    const place = path.reduce((above, key) => above.part(key), root);
    if (typeof value !== "string" || !place.hides(value)) continue;
    redacted += text.slice(from, start) + quote + REDACTED + quote;
    from = end;
  }
  return redacted + text.slice(from);
}
