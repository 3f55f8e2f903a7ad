import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RestartSentinel } from "@openclaw/protocol";

/** What is kept over a restart. */
export type SentinelPayload = RestartSentinel["payload"];

export const DOCTOR_HINT = "Run: openclaw doctor --non-interactive";

const VERSION = 1;
/** A larger file is none of ours. */
const MAX_CHARS = 64 * 1024;

/** Leaves a note for the next start, over an older one. Gives its path. */
export async function leaveSentinel(stateDir: string, payload: SentinelPayload): Promise<string> {
  const path = join(stateDir, "restart-sentinel.json");
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify({ version: VERSION, payload })}\n`, { mode: 0o600, flag: "wx" });
  return path;
}

/** What the next conversation shall hear of a restart. */
export interface RestartNote {
  readonly sessionKey?: string;
  readonly text: string;
}

/** Takes the note an earlier gateway left; one that cannot be read is removed all the same. */
export async function takeSentinel(stateDir: string): Promise<RestartNote | undefined> {
  const path = join(stateDir, "restart-sentinel.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  await rm(path, { force: true });
  const payload = text.length > MAX_CHARS ? undefined : payloadOf(text);
  if (payload === undefined) return undefined;
  const { kind, status, message, doctorHint, stats, sessionKey } = payload;
  const lines = [`Gateway restart ${kind} ${status} (${stats?.mode ?? kind})`, message, doctorHint];
  return {
    text: lines.filter((line) => typeof line === "string" && line !== "").join("\n"),
    ...(typeof sessionKey === "string" && { sessionKey }),
  };
}

function payloadOf(text: string): Partial<SentinelPayload> | undefined {
  try {
    const file: unknown = JSON.parse(text);
    if (typeof file !== "object" || file === null || !("version" in file && "payload" in file))
      return undefined;
    const { version, payload } = file;
    return version === VERSION && typeof payload === "object" && payload !== null ? payload : undefined;
  } catch {
    return undefined;
  }
}
