import type { Env, Paths, Writer } from "@openclaw/config";
import type { OpenedLogging } from "./logging/open-logging.ts";
import type { ConsoleStreams } from "./logging/logging.ts";
import type { Signals } from "./process/signals.ts";
import type { Notifier } from "./supervision/notifier.ts";

/** What one gateway process stands on: everything that is not configuration. */
export interface Host {
  readonly env: Env;
  readonly paths: Paths;
  readonly writer: Writer;
  readonly streams: ConsoleStreams;
  readonly signals: Signals;
  readonly logging: OpenedLogging;
  readonly notifier: Notifier;
}

/** Prints why there will be no gateway, keeps it in the log, and gives the exit code. */
export function refuseStart(
  { streams, logging }: Pick<Host, "streams"> & { readonly logging?: OpenedLogging },
  { lines, exitCode }: { readonly lines: readonly string[]; readonly exitCode: number },
): number {
  for (const line of lines) streams.err(line);
  for (const line of lines) logging?.keep("gateway", line);
  return exitCode;
}
