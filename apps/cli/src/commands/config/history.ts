import { readHistory, type HistoryEntry } from "@openclaw/config";

import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { tableLines } from "../../output/table.ts";

interface Options {
  readonly limit?: string;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;

/** `config history`: who changed the configuration, newest first. Docs: configuration.md#history */
export async function run({ io, paths, loaded }: CommandContext, options: Options): Promise<number> {
  const limit = limitOf(options);
  const entries = (await readHistory({ paths, loaded })).slice(0, limit);
  if (options.json) printJson(io, { entries });
  else if (entries.length === 0) print(io, "No changes are known.");
  else print(io, ...tableLines({ header: HEADER, rows: entries.map(row), columns: io.stdout.columns }));
  return 0;
}

const HEADER = ["Entry", "Time", "By", "Who", "Changed"];

function row({ id, ts, source, actor, paths, backup }: HistoryEntry): readonly string[] {
  const what = paths.length === 0 ? "-" : paths.join(" ");
  return [id, ts, source, actor ?? "-", backup === undefined ? `${what} (text not kept)` : what];
}

function limitOf({ limit }: Options): number {
  const count = limit === undefined ? DEFAULT_LIMIT : Number(limit);
  if (Number.isInteger(count) && count > 0) return count;
  throw new CliFailure(`invalid --limit: ${limit}`, { code: "usage" });
}
