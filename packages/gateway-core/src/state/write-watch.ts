import type { StoreErrorCode, TransactionReport } from "@openclaw/store";
import type { Logger } from "../options.ts";

/** Whether what is accepted can be kept at the moment. */
export interface WriteWatch {
  /** A write failed just now and none succeeded since. */
  readonly isFailing: boolean;
  /** Call with the report of every transaction. */
  note(report: TransactionReport): void;
}

/** Failures of the place the state lies in, not of what was to be written. */
const OF_THE_DISK: ReadonlySet<StoreErrorCode> = new Set(["disk_full", "io", "unavailable", "corrupt"]);
/** Who is not ready is asked nothing, and would never find out that it could write again. */
const FAILING_MS = 30_000;

/**
 * Watches the writes of the store: a full disk is degraded readiness, told once, and not a surprise to every caller
 * (T-DOS-17).
 */
export function createWriteWatch(o: { readonly now: () => number; readonly logger: Logger }): WriteWatch {
  let failedAt: number | undefined;
  return {
    get isFailing() {
      return failedAt !== undefined && Math.abs(o.now() - failedAt) < FAILING_MS;
    },
    note: ({ committed, error }) => {
      if (error !== undefined && OF_THE_DISK.has(error.code)) {
        if (failedAt === undefined) o.logger.error(`the state cannot be written: ${error.message}`);
        failedAt = o.now();
      } else if (committed > 0 && failedAt !== undefined) {
        failedAt = undefined;
        o.logger.info("the state can be written again");
      }
    },
  };
}
