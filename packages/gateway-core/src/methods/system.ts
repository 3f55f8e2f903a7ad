import { arch, cpus, freemem, hostname, loadavg, platform, release, totalmem } from "node:os";
import { memoryUsage, pid, version as nodeVersion } from "node:process";
import { type RestartPreflight, RpcError, type SystemInfo } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import { auditCaller } from "../audit/audit-log.ts";
import type { GatewayContext } from "../context.ts";
import { GATEWAY_VERSION } from "../version.ts";
import { given } from "./given.ts";

const MAX_REASON_CHARS = 200;
const METHOD = "gateway.restart.request";

/** The gateway as a program: where it runs, who it is, what a restart would interrupt. */
export function systemMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "system.info": () => systemInfo(context),
    "gateway.identity.get": () => ({ ...context.identity() }),
    "gateway.restart.preflight": () => preflight(context.agents.activeRuns),

    [METHOD]: ({ params, ...call }) => {
      const reason = params.reason?.trim().slice(0, MAX_REASON_CHARS);
      const actor = actorOf(call);
      const restart = context.restarts.request({ reason: METHOD, delayMs: 0, actor });
      if (restart === undefined)
        throw new RpcError("UNAVAILABLE", "the program this gateway is part of does not restart it");
      const detail = given({ detail: reason });
      context.audit.note({ kind: "restart.requested", ...auditCaller(call), outcome: "ok", ...detail });
      context.logger.info(`restart requested reason=${JSON.stringify(reason ?? METHOD)} ${actor}`);
      const state = preflight(context.agents.activeRuns);
      return {
        ok: true,
        status: state.safe && restart.delayMs === 0 ? "scheduled" : "deferred",
        preflight: state,
        restart: { ...restart, ...given({ reason }) },
      };
    },
  });
}

function systemInfo({ now, bootId, startedAt }: GatewayContext): SystemInfo {
  const { rss, heapUsed } = memoryUsage();
  return {
    ts: now(),
    version: GATEWAY_VERSION,
    bootId,
    pid,
    uptimeMs: now() - startedAt,
    host: hostname(),
    platform: platform(),
    release: release(),
    arch: arch(),
    nodeVersion,
    cpuCount: cpus().length,
    loadAverage: loadavg(),
    memory: { totalBytes: totalmem(), freeBytes: freemem(), rssBytes: rss, heapUsedBytes: heapUsed },
  };
}

function preflight(runs: number): RestartPreflight {
  const message = `${runs} agent run(s) in progress`;
  return {
    safe: runs === 0,
    counts: {
      ...{ queueSize: 0, pendingReplies: 0, embeddedRuns: runs, cronRuns: 0, backgroundExecSessions: 0 },
      ...{ rootRequests: 0, activeTasks: 0, totalActive: runs },
    },
    blockers: runs === 0 ? [] : [{ kind: "agent-run", count: runs, message }],
    summary: runs === 0 ? "safe to restart now" : `restart deferred: ${message}`,
  };
}
