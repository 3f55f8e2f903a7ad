import { tailLog } from "@openclaw/logs";

import { printJson, tell, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { logFile } from "../../local/log-file.ts";
import { logFilter } from "../../logs/log-filter.ts";
import { parseLogLine } from "../../logs/log-line.ts";
import { logPrinter } from "../../logs/log-printer.ts";
import { MOST_BYTES, MOST_LINES } from "../../logs/log-source.ts";

interface Options {
  readonly channel?: string;
  readonly lines?: string;
  readonly json?: boolean;
}

/** How far back channels are looked for. */
const BOUNDS = { limit: MOST_LINES, maxBytes: MOST_BYTES };
const DEFAULT_LINES = 200;

/** `channels logs`: what channels wrote into the log of this machine, without asking the gateway. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const { channel = "all" } = options;
  const limit = lineCount(options.lines);
  const file = await logFile(context);
  const tail = await tailLog(file, BOUNDS).catch(() => undefined);
  const subsystem = channel === "all" ? "gateway/channels" : `gateway/channels/${channel}`;
  const filter = logFilter({ subsystem }, io.now());
  const accepts = filter.ok ? filter.accepts : () => false;
  const lines = (tail?.lines ?? [])
    .flatMap((raw) => parseLogLine(raw) ?? [])
    .filter(accepts)
    .slice(-limit);
  if (options.json) printJson(io, { file, channel, lines });
  else if (tail === undefined || lines.length === 0) tell(io, `Log file: ${file}`, "No matching log lines.");
  else {
    const wishes = { accepts, isBefore: () => false, limit, bounds: BOUNDS };
    logPrinter(io, {}, wishes).batch(tail);
  }
  return 0;
}

/** @throws {CliFailure} no number of lines */
function lineCount(text: string | undefined): number {
  const count = Number(text ?? DEFAULT_LINES);
  if (Number.isInteger(count) && count > 0) return count;
  throw new CliFailure(`invalid --lines: ${text} (a number of lines, such as ${DEFAULT_LINES})`, {
    code: "usage",
  });
}
