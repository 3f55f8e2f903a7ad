import * as v from "valibot";

import { intBetween, intFrom, shortText } from "../schemas.ts";
import { method, result } from "./define.ts";

const MAX_POSITION_CHARS = 64;

/** Result of `logs.tail`: whole lines from a place in the log on. */
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
  /** Pass back to read on exactly here, also after a rotation; only in answers to a `position`. */
  readonly position?: string;
  /** More lines are there already; only in answers to a `position`. */
  readonly hasMore?: boolean;
}

/** Reading the gateway's log file. */
export const LOGS_METHODS = {
  "logs.tail": method({
    params: v.strictObject({
      cursor: v.optional(intFrom(0)),
      position: v.optional(shortText(MAX_POSITION_CHARS)),
      limit: v.optional(intBetween(1, 5_000)),
      maxBytes: v.optional(intBetween(1, 1_000_000)),
    }),
    scope: "operator.read",
    result: result<LogsTail>(),
  }),
};
