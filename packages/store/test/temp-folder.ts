import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for one test, removed at the end of its scope. */
export async function tempFolder(): Promise<AsyncDisposable & { readonly file: (name: string) => string }> {
  const path = await mkdtemp(join(tmpdir(), "openclaw-store-"));
  return {
    file: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
