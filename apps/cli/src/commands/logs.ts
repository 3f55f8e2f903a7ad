import { RpcError } from "@openclaw/client";

import { callFailure } from "../connection/failures.ts";
import { patient, timeoutMs, type ConnectionFlags } from "../connection/flags.ts";
import { connectTarget, findTarget } from "../connection/open-gateway.ts";
import { within } from "../connection/within.ts";
import { complain, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { followLogs } from "../logs/follow.ts";
import { logFilter, type FilterFlags } from "../logs/log-filter.ts";
import { localLog, MOST_BYTES, MOST_LINES, remoteLog } from "../logs/log-source.ts";
import { logPrinter, type LogStyle } from "../logs/log-printer.ts";
import { reportUnreachable } from "../logs/unreachable.ts";

interface Options extends ConnectionFlags, LogStyle, FilterFlags {
  readonly limit?: string;
  readonly maxBytes?: string;
  readonly follow?: boolean;
  readonly interval?: string;
}

const INTERRUPTED = 130;
const DEFAULT_LINES = 200;
const DEFAULT_BYTES = 250_000;

/**
 * `logs`: the gateway's log through the gateway; `--follow` goes on and comes back after a restart. Without a gateway on
 * this machine the end of its file is shown, then why it does not answer.
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const filter = logFilter(options, io.now());
  if (!filter.ok) throw new CliFailure(filter.message, { code: "usage" });
  const target = findTarget(context, options);
  const flags = patient(options);
  const limit = count(options.limit, options.since === undefined ? DEFAULT_LINES : MOST_LINES);
  // Of what is searched most is not shown.
  const bounds = {
    limit: filter.isOpen ? Math.min(limit, MOST_LINES) : MOST_LINES,
    maxBytes: count(options.maxBytes, filter.isOpen ? DEFAULT_BYTES : MOST_BYTES),
  };
  const printer = logPrinter(io, options, { ...filter, limit, bounds });
  const open = async () => remoteLog(await connectTarget(context, target, flags), bounds);
  try {
    if (!options.follow) {
      const tail = open().then((source) => source.tail({}).finally(() => void source.close()));
      printer.batch(await within(timeoutMs(flags), tail));
      return 0;
    }
    const signal = io.interruption();
    await followLogs({
      open,
      batch: printer.batch,
      lost: ({ message }, delayMs) =>
        printer.notice(`${message}; looking again in ${Math.ceil(delayMs / 1000)}s.`),
      isOutputClosed: () => io.stdout.isClosed(),
      intervalMs: count(options.interval, 1_000),
      signal,
      random: Math.random,
    });
    if (signal.aborted) return INTERRUPTED;
    complain(io, "openclaw logs: output stdout closed (EPIPE). Stopping tail.");
    return 0;
  } catch (error) {
    const failure = await callFailure(error, context, target);
    // An answer, even a bad one, means that the gateway can be reached.
    if (error instanceof RpcError || !(failure instanceof CliFailure)) throw failure;
    const isOwn = !options.follow && target.source === "local loopback";
    const own = isOwn ? await localLog(context, bounds) : undefined;
    if (own !== undefined) printer.batch(own);
    return reportUnreachable(context, failure, options);
  }
}

// Numbers that are none fall back to the default, as scripts of older releases expect.
function count(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fallback;
}
