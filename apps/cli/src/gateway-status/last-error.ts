import type { CommandContext } from "../context.ts";
import { localLog } from "../logs/log-source.ts";
import { parseLogLine } from "../logs/log-line.ts";
import { visible } from "../output/visible.ts";
import type { OwnService } from "../service/own-service.ts";

// What a start says that its operator has to do something about (service.md §8.2), and what else ends one.
const TELLING: readonly RegExp[] = [
  /refusing to bind gateway/i,
  /gateway auth mode/i,
  /gateway start blocked/i,
  /failed to bind gateway socket/i,
  /tailscale .*requires/i,
  /gateway failed to start/i,
  /invalid config at/i,
  /missing config/i,
  /uncaught error/i,
];
const LINES = 200;
const MAX_BYTES = 64 * 1024;
const MAX_CHARS = 400;

/**
 * The last thing a service that does not serve has said: the newest line that tells why, else the newest of all. The
 * supervisor's journal is asked first, then the gateway's own log, which also has what was printed before it ended.
 */
export async function findLastError(
  context: CommandContext,
  { supervisor }: OwnService,
): Promise<string | undefined> {
  const printed = await supervisor.lastLines(LINES);
  const found = pick(printed) ?? pick(await logged(context)) ?? printed.at(-1);
  return found === undefined ? undefined : visible(found).slice(0, MAX_CHARS);
}

function pick(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => TELLING.some((sign) => sign.test(line)));
}

async function logged(context: CommandContext): Promise<readonly string[]> {
  const log = await localLog(context, { limit: LINES, maxBytes: MAX_BYTES });
  return (log?.lines ?? []).flatMap((raw) => parseLogLine(raw)?.message ?? []);
}
