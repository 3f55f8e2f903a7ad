import type { GatewayOptions, Logger } from "./options.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The loggers of a host, made harmless: a line that cannot be written costs nobody anything but that line (T-DOS-15). */
export function safeLoggers({
  logger = SILENT,
  subsystem,
}: Pick<GatewayOptions, "logger" | "subsystem">): Required<Pick<GatewayOptions, "logger" | "subsystem">> {
  const root = safe(logger);
  return {
    logger: root,
    subsystem: (name) => {
      try {
        return subsystem ? safe(subsystem(name)) : root;
      } catch {
        return root;
      }
    },
  };
}

function safe(logger: Logger): Logger {
  const write = (level: keyof Logger, line: readonly unknown[]) => {
    try {
      // A host may pass an asynchronous function where nothing is awaited: its failure must not end the process.
      const written: unknown = logger[level](...line);
      if (written instanceof Promise) written.catch(() => {});
    } catch {
      // There is nowhere left to say so.
    }
  };
  return {
    debug: (...line) => write("debug", line),
    info: (...line) => write("info", line),
    warn: (...line) => write("warn", line),
    error: (...line) => write("error", line),
  };
}
