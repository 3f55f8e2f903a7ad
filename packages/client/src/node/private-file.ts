import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

// Secrets: for the owner alone, from the first byte on.
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Reads a JSON file; `undefined` when it does not exist or holds no JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Replaces a file's content in one step, readable by its owner only. */
export async function replaceJson(path: string, content: unknown): Promise<void> {
  const draft = await writeDraft(path, content);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Creates a file in one step; `false` when another process was faster and its content stands. */
export async function createJson(path: string, content: unknown): Promise<boolean> {
  const draft = await writeDraft(path, content);
  try {
    // Unlike rename, link never replaces what is there.
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(path: string, content: unknown): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const draft = `${path}.${randomUUID()}.tmp`;
  const text = `${JSON.stringify(content, null, 2)}\n`;
  try {
    // On the disk before it has its name: a power cut leaves the old file or the new one, never an empty one.
    await writeFile(draft, text, { mode: FILE_MODE, flag: "wx", flush: true });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return draft;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
