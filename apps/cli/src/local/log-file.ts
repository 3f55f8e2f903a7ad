import { lstat } from "node:fs/promises";
import { join } from "node:path";

import type { CommandContext } from "../context.ts";

const SHARED_FOLDER = "/tmp/openclaw";
const WRITABLE_BY_OTHERS = 0o022;

/** File the gateway of this profile logs to today. Docs: runbook.md#logs */
export async function logFile({ io, loaded, paths }: CommandContext): Promise<string> {
  const configured = loaded.config.logging?.file;
  if (configured !== undefined) return configured;
  const date = new Date(io.now());
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  const name = ["openclaw", ...(paths.profile === undefined ? [] : [paths.profile]), ...day].join("-");
  return join(await logFolder(io.machine), `${name}.log`);
}

// The gateway's own rule: a shared folder only if nobody else can put links into it.
async function logFolder({ uid, tmpDir }: CommandContext["io"]["machine"]): Promise<string> {
  if (uid === undefined) return join(tmpDir, "openclaw");
  const shared = await lstat(SHARED_FOLDER).catch(() => undefined);
  const isUsable =
    shared === undefined ||
    (shared.isDirectory() && shared.uid === uid && (shared.mode & WRITABLE_BY_OTHERS) === 0);
  return isUsable ? SHARED_FOLDER : join(tmpDir, `openclaw-${uid}`);
}
