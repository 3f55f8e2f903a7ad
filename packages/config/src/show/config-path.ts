export type ConfigPathParse =
  | { readonly ok: true; readonly path: readonly string[] }
  | { readonly ok: false; readonly message: string };

export function parseConfigPath(text: string): ConfigPathParse {
  throw new Error(`not yet ${text}`);
}

/** The value at a path, own properties only; `undefined` when there is none. */
export function getPath(root: unknown, path: readonly string[]): unknown {
  throw new Error(`not yet ${String(root)}${String(path)}`);
}
