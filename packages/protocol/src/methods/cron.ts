import * as v from "valibot";

import { intBetween, intFrom, nonEmpty, noParams, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A scheduled job, open. */
export interface CronJobView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly [field: string]: unknown;
}

/** A page of a longer list. */
export interface Page {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

/** Result of `cron.list`. */
export interface CronList extends Page {
  readonly jobs: readonly CronJobView[];
  /** Dialect 4: changes when the list does. */
  readonly snapshotRevision?: string;
  /** Dialect 4, by job id. */
  readonly deliveryPreviews?: Readonly<Record<string, unknown>>;
}

/** Result of `cron.status`. */
export interface CronStatus {
  readonly enabled: boolean;
  readonly storePath: string;
  readonly jobs: number;
  readonly nextWakeAtMs: number | null;
}

/** Result of `cron.runs`. */
export interface CronRuns extends Page {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

const flag = v.optional(v.boolean());
const optionalText = v.optional(text);
const RUN_STATUSES = ["ok", "error", "skipped"] as const;
const DELIVERIES = ["delivered", "not-delivered", "unknown", "not-requested"] as const;
const sortDir = v.optional(v.picklist(["asc", "desc"]));
const jobId = v.optional(v.pipe(nonEmpty, v.regex(/^[^/\\]+$/)));
const someOf = <const W extends readonly string[]>(words: W) =>
  v.optional(v.pipe(v.array(v.picklist(words)), v.minLength(1), v.maxLength(words.length)));

/** Scheduled jobs: what there is. */
export const CRON_METHODS = {
  "cron.list": method({
    params: v.strictObject({
      includeDisabled: flag,
      limit: v.optional(intBetween(1, 200)),
      offset: v.optional(intFrom(0)),
      query: optionalText,
      enabled: v.optional(v.picklist(["all", "enabled", "disabled"])),
      sortBy: v.optional(v.picklist(["nextRunAtMs", "updatedAtMs", "name"])),
      sortDir,
      sessionKey: optionalText,
      sessionAgentId: optionalText,
      scheduleKind: optionalText,
      lastRunStatus: optionalText,
      trigger: optionalText,
      agentId: optionalText,
      compact: flag,
      includeDeliveryPreviews: flag,
    }),
    scope: "operator.read",
    result: result<CronList>(),
  }),
  "cron.get": method({
    params: v.strictObject({ id: jobId, jobId }),
    scope: "operator.read",
    result: result<CronJobView>(),
    advertised: false,
  }),
  "cron.status": method({ params: noParams, scope: "operator.read", result: result<CronStatus>() }),
  "cron.runs": method({
    params: v.strictObject({
      scope: v.optional(v.picklist(["job", "all"])),
      id: jobId,
      jobId,
      limit: v.optional(intBetween(1, 200)),
      offset: v.optional(intFrom(0)),
      statuses: someOf(RUN_STATUSES),
      status: v.optional(v.picklist(["all", ...RUN_STATUSES])),
      deliveryStatuses: someOf(DELIVERIES),
      deliveryStatus: v.optional(v.picklist(DELIVERIES)),
      query: optionalText,
      sortDir,
    }),
    scope: "operator.read",
    result: result<CronRuns>(),
  }),
};
