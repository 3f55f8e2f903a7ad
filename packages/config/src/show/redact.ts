import type { ConfigSnapshot } from "../snapshot.ts";

/** Stands in for every hidden value. */
export const REDACTED = "__OPENCLAW_REDACTED__";

/** Body of `config.get`: a snapshot without secrets. */
export type RedactedSnapshot = Omit<ConfigSnapshot, "config"> & { readonly config: unknown };

export function redactConfig(snapshot: ConfigSnapshot): RedactedSnapshot {
  throw new Error(`not yet ${String(snapshot)}`);
}

/** Hides the secrets of a value that stands at `path` in the configuration. */
export function redactValue(value: unknown, path: readonly string[] = []): unknown {
  throw new Error(`not yet ${String(value)}${String(path)}`);
}
