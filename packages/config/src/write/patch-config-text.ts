/** One edit: set the value at a path, or remove the key when `value` is undefined. */
export interface ConfigChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

export async function patchConfigText(source: string, changes: readonly ConfigChange[]): Promise<string> {
  throw new Error(`not yet ${String(source)}${String(changes)}`);
}
