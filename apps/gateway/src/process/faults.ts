import type { SubsystemLogger } from "../logging/logging.ts";

/** What to do when something fails that nobody caught. */
export interface FaultOptions {
  readonly logger: SubsystemLogger;
  /** Ends the process; called at most once. */
  onCrash(error: unknown): void;
}

// A peer or a network that went away says nothing about our own state.
const TRANSIENT_CODES: ReadonlySet<unknown> = new Set([
  "EPIPE",
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EAI_AGAIN",
  "ENOTFOUND",
  "ERR_STREAM_PREMATURE_CLOSE",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Watches for uncaught errors. A rejected promise or a broken connection is logged and survived (T-DOS-15); any other
 * uncaught exception may have left the state half changed, so the process reports it and ends.
 *
 * @returns a function that stops watching
 */
export function watchFaults(
  source: Pick<NodeJS.Process, "on" | "off">,
  { logger, onCrash }: FaultOptions,
): () => void {
  let hasCrashed = false;
  const onException = (error: unknown) => {
    if (isTransient(error)) {
      logger.error("uncaught network error", { error });
      return;
    }
    if (hasCrashed) return;
    hasCrashed = true;
    onCrash(error);
  };
  const onRejection = (reason: unknown) => logger.error("unhandled rejection", { error: reason });
  source.on("uncaughtException", onException);
  source.on("unhandledRejection", onRejection);
  return () => {
    source.off("uncaughtException", onException);
    source.off("unhandledRejection", onRejection);
  };
}

/** Whether an error only tells that some peer or network is gone. */
export function isTransient(error: unknown): boolean {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    if ("code" in current && TRANSIENT_CODES.has(current.code)) return true;
  }
  return false;
}
