import { fstatSync } from "node:fs";

/**
 * Whether a stream goes to systemd's journal, which has its own time for each line. The variable alone does not say so: it
 * is inherited by everything below a service, wherever its output goes.
 */
export function isJournal(env: Readonly<Record<string, string | undefined>>, fd: number): boolean {
  const stream = env["JOURNAL_STREAM"] ?? "";
  if (stream === "") return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
