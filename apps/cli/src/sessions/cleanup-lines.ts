import type { Methods } from "@openclaw/client";

import { formatAge } from "../output/duration.ts";
import { formatSize } from "../output/size.ts";
import { tableLines } from "../output/table.ts";
import { visible } from "../output/visible.ts";

type Cleanup = Methods["sessions.cleanup"]["result"];
type Removal = Cleanup["removals"][number];

/** Most rows a person is shown; `--json` has them all. */
const SHOWN = 50;

const REASONS: Readonly<Record<Removal["reason"], string>> = {
  age: "too old",
  count: "too many",
  disk: "too large",
};

/** What a cleanup removed, or would remove. */
export function cleanupLines(
  cleanup: Cleanup,
  { now, columns }: { readonly now: number; readonly columns: number | undefined },
): string[] {
  const { removals, before, after, applied } = cleanup;
  const stored = `Stored: ${countsOf(before)}.`;
  if (removals.length === 0) return [stored, "Nothing has to go."];
  const rows = removals.slice(0, SHOWN).map((removal) => rowOf(removal, now));
  const header = ["Session", "What", "Age", "Size", "Why"];
  const hidden = removals.length - rows.length;
  return [
    stored,
    ...tableLines({ header, rows, columns }),
    ...(hidden > 0 ? [`… and ${hidden} more; --json lists them all.`] : []),
    `${applied ? "Removed" : "Would remove"} ${countsOfRemovals(removals)}.`,
    `${applied ? "Left" : "Would leave"}: ${countsOf(after)}.`,
  ];
}

function rowOf(removal: Removal, now: number): string[] {
  const { bytes, reason } = removal;
  const [name, what, at] =
    removal.type === "session"
      ? [removal.key, "session", removal.updatedAt]
      : [removal.sessionId, `archive (${removal.leftAs})`, removal.leftAt];
  // Keys carry names that strangers chose.
  return [visible(name), what, formatAge(now - at), formatSize(bytes), REASONS[reason]];
}

function countsOfRemovals(removals: readonly Removal[]): string {
  const sessions = removals.filter(({ type }) => type === "session");
  const archives = counted(removals.length - sessions.length, "archive");
  const kept = sessions.filter((one) => one.type === "session" && one.keepsTranscript && one.bytes > 0);
  const left = kept.length === 0 ? "" : `; transcripts kept as archives: ${kept.length}`;
  return `${counted(sessions.length, "session")} and ${archives}${left}`;
}

function countsOf({ sessions, archives, bytes }: Cleanup["before"]): string {
  return `${counted(sessions, "session")}, ${counted(archives, "archive")}, ${formatSize(bytes)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
