import { join } from "node:path";
import * as v from "valibot";
import type { FileSystem } from "../write/file-system.ts";
import { readIfExists, replacePrivateFile } from "../write/private-file.ts";

/** Which texts a gateway ran with last; the texts themselves are kept under their hashes. */
export type LastGoodNote = v.InferOutput<typeof NoteSchema>;

const NoteSchema = v.object({
  /** Hash of the main file's text. */
  main: v.string(),
  /** Every included file, symbolic links followed. */
  includes: v.array(v.object({ path: v.string(), hash: v.string() })),
});

const NAME = "last-good";

/** The note; undefined before the first one, and when it cannot be read. */
export async function readNote(fs: FileSystem, historyDir: string): Promise<LastGoodNote | undefined> {
  const text = await readIfExists(fs, join(historyDir, NAME));
  const parsed = v.safeParse(NoteSchema, parseNote(text));
  return parsed.success ? parsed.output : undefined;
}

export function writeNote(fs: FileSystem, historyDir: string, note: LastGoodNote): Promise<void> {
  return replacePrivateFile(fs, join(historyDir, NAME), `${JSON.stringify(note)}\n`);
}

function parseNote(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
