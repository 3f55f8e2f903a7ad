import * as v from "valibot";

import { openParams, text } from "../schemas.ts";
import type { ScheduledRestart } from "./config.ts";
import { method, result } from "./define.ts";

/** Result of `system.info`: the machine and the process. */
export interface SystemInfo {
  readonly ts: number;
  readonly version: string;
  readonly bootId: string;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly host: string;
  readonly platform: string;
  readonly release: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly cpuCount: number;
  /** Of the last 1, 5 and 15 minutes. */
  readonly loadAverage: readonly number[];
  readonly memory: {
    readonly totalBytes: number;
    readonly freeBytes: number;
    /** Of this process. */
    readonly rssBytes: number;
    readonly heapUsedBytes: number;
  };
}

/** What a restart would interrupt. */
export interface RestartPreflight {
  readonly safe: boolean;
  readonly counts: {
    readonly queueSize: number;
    readonly pendingReplies: number;
    readonly embeddedRuns: number;
    readonly cronRuns: number;
    readonly backgroundExecSessions: number;
    readonly rootRequests: number;
    readonly activeTasks: number;
    readonly totalActive: number;
  };
  readonly blockers: readonly { readonly kind: string; readonly count: number; readonly message: string }[];
  readonly summary: string;
}

/** Result of `gateway.restart.request`: what is in progress, and when the restart comes. */
export interface RestartRequested {
  readonly ok: true;
  /** `deferred`: running work or the distance between restarts holds it up. */
  readonly status: "scheduled" | "deferred";
  readonly preflight: RestartPreflight;
  readonly restart: ScheduledRestart;
}

/** The gateway as a program. */
export const SYSTEM_METHODS = {
  "system.info": method({
    params: openParams,
    scope: "operator.read",
    result: result<SystemInfo>(),
    advertised: false,
  }),
  "gateway.identity.get": method({
    params: openParams,
    scope: "operator.read",
    result: result<{ readonly deviceId: string; readonly publicKey: string }>(),
    advertised: false,
  }),
  "gateway.restart.preflight": method({
    params: openParams,
    scope: "operator.read",
    result: result<RestartPreflight>(),
    advertised: false,
  }),
  "gateway.restart.request": method({
    params: v.looseObject({ reason: v.optional(text) }),
    scope: "operator.admin",
    result: result<RestartRequested>(),
    advertised: false,
  }),
};
