import { formatAge } from "../output/duration.ts";
import { tableLines } from "../output/table.ts";
import { visible } from "../output/visible.ts";

/** What a list shows of a session; overviews and lists know different rows. */
export interface ListedSession {
  readonly key: string;
  readonly kind: string;
  /** `null`: nothing has happened in it yet. */
  readonly ageMs: number | null;
  readonly model: string | null | undefined;
  readonly totalTokens: number | null | undefined;
}

/** A table of sessions, in the order given. */
export function sessionTable(sessions: readonly ListedSession[], columns: number | undefined): string[] {
  const rows = sessions.map(({ key, kind, ageMs, model, totalTokens }) => [
    // Keys carry names that strangers chose.
    visible(key),
    kind,
    ageMs === null ? "unknown" : formatAge(ageMs),
    model ?? "unknown",
    String(totalTokens ?? "unknown"),
  ]);
  const header = ["Key", "Kind", "Age", "Model", "Tokens"];
  return tableLines({
    header,
    rows: rows.length > 0 ? rows : [["no sessions yet", "", "", "", ""]],
    columns,
  });
}
