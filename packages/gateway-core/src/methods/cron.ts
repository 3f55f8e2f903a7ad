import { createHash } from "node:crypto";
import { type CronJobView, invalidRequest, type Page, unknownCronJob } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";

const PAGE = 50;

/** Scheduled jobs. This build runs none and keeps none, so every list is empty. */
export function cronMethods(context: GatewayContext): MethodHandlers {
  const jobs: readonly CronJobView[] = [];
  return defineMethods({
    "cron.list": ({ params, connection }) => ({
      jobs,
      ...emptyPage(params),
      ...(connection.dialect === 4 && { snapshotRevision: revisionOf(jobs), deliveryPreviews: {} }),
    }),

    "cron.get": ({ params: { id, jobId = id } }) => {
      if (jobId === undefined)
        throw invalidRequest("invalid cron.get params: must have required property 'id'");
      const job = jobs.find((each) => each.id === jobId);
      if (job === undefined) throw unknownCronJob(jobId);
      return job;
    },

    "cron.status": () => ({
      enabled: false,
      storePath: context.storePath,
      jobs: jobs.length,
      nextWakeAtMs: null,
    }),

    "cron.runs": ({ params }) => {
      const { scope, id = params.jobId } = params;
      if (scope === "job" && id === undefined)
        throw invalidRequest("invalid cron.runs params: must have required property 'id'");
      return { entries: [], ...emptyPage(params) };
    },
  });
}

function emptyPage(params: {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}): Page {
  const { offset = 0, limit = PAGE } = params;
  return { total: 0, offset, limit, hasMore: false, nextOffset: null };
}

function revisionOf(jobs: readonly CronJobView[]): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(jobs)).digest("base64url")}`;
}
