import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A copy of the configuration for an editor; only its owner can read it, because it holds secrets. */
export interface Draft {
  readonly path: string;
  read(): Promise<string>;
  discard(): Promise<void>;
}

/** Writes a text where an editor can get at it. */
export async function openDraft(tmpDir: string, text: string): Promise<Draft> {
  // mkdtemp makes a folder that is closed to others.
  const folder = await mkdtemp(join(tmpDir, "openclaw-config-"));
  const path = join(folder, "openclaw.json5");
  await writeFile(path, text, { mode: 0o600 });
  return {
    path,
    read: () => readFile(path, "utf8"),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}
