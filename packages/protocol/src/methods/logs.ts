import * as v from "valibot";

import { intBetween, intFrom } from "../schemas.ts";
import { method, result } from "./define.ts";

/** Result of `logs.tail`: whole lines from a byte cursor on. */
export interface LogsTail {
  readonly file: string;
  /** Pass back to continue from here. */
  readonly cursor: number;
  readonly size: number;
  readonly lines: readonly string[];
  /** Older lines were left out to keep the limits. */
  readonly truncated: boolean;
  /** The cursor no longer fitted the file; reading restarted near its end. */
  readonly reset: boolean;
}

/** Reading the gateway's log file. */
export const LOGS_METHODS = {
  "logs.tail": method({
    params: v.strictObject({
      cursor: v.optional(intFrom(0)),
      limit: v.optional(intBetween(1, 5_000)),
      maxBytes: v.optional(intBetween(1, 1_000_000)),
    }),
    scope: "operator.read",
    result: result<LogsTail>(),
  }),
};
