import * as v from "valibot";
import { auditFiles } from "../write/audit.ts";
import type { FileSystem } from "../write/file-system.ts";

/** One write of the configuration, as its audit line tells it. */
export type JournalLine = v.InferOutput<typeof JournalLineSchema>;

const JournalLineSchema = v.object({
  ts: v.string(),
  event: v.literal("config.write"),
  configPath: v.string(),
  existsBefore: v.boolean(),
  previousHash: v.string(),
  nextHash: v.string(),
  result: v.picklist(["rename", "copy-fallback"]),
  changedPaths: v.optional(v.array(v.string())),
  actor: v.optional(v.string()),
  argv: v.optional(v.array(v.string())),
});

/** Who writes when the gateway brings old keys up to date. */
export const MIGRATION = "migration";
/** Who writes when `openclaw doctor` repairs the file. */
export const DOCTOR = "doctor";

/** How much of the end of each file is read; older writes are history of another kind. */
const MAX_BYTES = 1024 * 1024;

/** The writes that were made, oldest first; lines that say anything else are passed over. */
export async function readJournal(fs: FileSystem, auditPath: string): Promise<readonly JournalLine[]> {
  const files = await Promise.all(auditFiles(auditPath).map((path) => endOf(fs, path)));
  const lines = files.flatMap((text) => text.split("\n"));
  return lines.flatMap((line) => {
    const parsed = v.safeParse(JournalLineSchema, parseLine(line));
    return parsed.success ? [parsed.output] : [];
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The first line may be cut, and the last one half written.
    return undefined;
  }
}

async function endOf(fs: FileSystem, path: string): Promise<string> {
  const handle = await fs.open(path, "r").catch(() => undefined);
  if (handle === undefined) return "";
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, MAX_BYTES));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
