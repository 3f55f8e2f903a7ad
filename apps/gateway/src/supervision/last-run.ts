import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** What systemd says about the end of the run before this one. */
export interface LastRun {
  /** One sentence. */
  readonly reason: string;
}

// Ends that the process could not report itself.
const REASONS: ReadonlyMap<string, string> = new Map([
  ["watchdog", "its event loop stood still and systemd's watchdog killed it"],
  ["oom-kill", "the system ran out of memory and killed it"],
  ["timeout", "it did not start or stop in time and systemd killed it"],
  ["signal", "a signal killed it"],
  ["core-dump", "a signal killed it"],
]);

const MAX_RESULT_CHARS = 200;
const UNIT_NAME = /^[A-Za-z0-9:_.@-]{1,200}$/;

/**
 * Takes what the unit left behind when the run before this one ended (`ExecStopPost=`); undefined when it ended in order,
 * reported itself, or there was none. Docs: runbook.md#service
 */
export async function takeLastRun(
  env: Readonly<Record<string, string | undefined>>,
): Promise<LastRun | undefined> {
  const folder = env["XDG_RUNTIME_DIR"] ?? "";
  const unit = env["OPENCLAW_SYSTEMD_UNIT"] ?? "";
  // A gateway that is started by hand beside the service must not take what is the service's.
  if (folder === "" || !UNIT_NAME.test(unit) || !env["INVOCATION_ID"]) return undefined;
  const path = join(folder, `${unit}.result`);
  const text = (await readFile(path, "utf8").catch(() => "")).slice(0, MAX_RESULT_CHARS);
  await rm(path, { force: true }).catch(() => {});
  const [result = "", code = "", status = ""] = text.trim().split(/\s+/);
  const reason = REASONS.get(result);
  return reason === undefined
    ? undefined
    : { reason: `${reason} (${[result, code, status].join(" ").trim()})` };
}

const TAIL_BYTES = 65_536;
const MOST_LINES = 200;

/** Newest lines of a log file: what the run before this one wrote last. They are redacted as they are written. */
export async function lastLinesOf(path: string): Promise<readonly string[]> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), {
      position: from,
    });
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n");
    // The first one is cut unless the file begins with it.
    return (from === 0 ? lines : lines.slice(1)).filter(Boolean).slice(-MOST_LINES);
  } catch {
    return [];
  } finally {
    await file.close();
  }
}
