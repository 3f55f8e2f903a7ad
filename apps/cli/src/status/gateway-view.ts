import type { Client, Methods } from "@openclaw/client";
import type { GatewayTarget } from "@openclaw/config";

import { callFailure, explainFailure } from "../connection/failures.ts";
import { timeoutMs, type ConnectionFlags } from "../connection/flags.ts";
import { connectTarget, findLocalTarget, findTarget } from "../connection/open-gateway.ts";
import { within } from "../connection/within.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { gatewaySelf, type GatewaySelf } from "./gateway-self.ts";
import { offlineSummary } from "./offline-summary.ts";

/** The gateway in the report of `openclaw status`. */
export interface GatewayReport {
  readonly mode: "local" | "remote";
  readonly url: string;
  readonly urlSource: string;
  readonly misconfigured: boolean;
  readonly reachable: boolean;
  readonly connectLatencyMs: number | null;
  readonly self: GatewaySelf | null;
  readonly error: string | null;
  /** What went wrong, for programs: `unreachable`, `unauthorized`, … */
  readonly errorCode: string | null;
}

/** What the gateway said, or the configuration in its place. */
export interface GatewayView {
  readonly gateway: GatewayReport;
  readonly summary: Methods["status"]["result"];
  /** Absent when the gateway did not answer. */
  readonly channels?: Methods["channels.status"]["result"];
  readonly health?: Methods["health"]["result"];
  /** What models used, and what providers say of the allowance; asked for by `--usage`. */
  readonly usage?: UsageView;
  readonly lastHeartbeat?: Methods["last-heartbeat"]["result"];
  /** How the gateway authenticated this command; absent when it did not. */
  readonly auth?: string;
  /** Why it did not answer, with the next step. */
  readonly failure?: CliFailure;
}

/** Allowances as providers tell them, and what was used of late. */
export type UsageView = Methods["usage.status"]["result"] & {
  readonly cost: Methods["usage.cost"]["result"];
};

/** Options of the command that change what is asked. */
export interface ViewFlags extends ConnectionFlags {
  readonly deep?: boolean;
  readonly usage?: boolean;
}

/** Asks the gateway everything the report needs, on one connection. */
export async function viewGateway(context: CommandContext, flags: ViewFlags): Promise<GatewayView> {
  const mode = context.loaded.config.gateway?.mode === "remote" ? "remote" : "local";
  const base = { mode, misconfigured: false, reachable: false, connectLatencyMs: null, self: null } as const;
  let target: GatewayTarget | undefined;
  try {
    target = findTarget(context, flags);
    return await within(timeoutMs(flags), ask(context, flags, target));
  } catch (error) {
    const failure = target ? await callFailure(error, context, target) : error;
    if (!(failure instanceof CliFailure)) throw failure;
    const { url, source } = target ?? findLocalTarget(context);
    const misconfigured = failure.code === "remote_url_missing";
    const gateway = {
      ...base,
      url,
      urlSource: source,
      misconfigured,
      error: explainFailure(failure),
      errorCode: failure.code,
    };
    return { gateway, summary: offlineSummary(context), failure };
  }
}

async function ask(context: CommandContext, flags: ViewFlags, target: GatewayTarget): Promise<GatewayView> {
  const startedAt = context.io.now();
  const client = await connectTarget(context, target, flags);
  const connectLatencyMs = context.io.now() - startedAt;
  try {
    const probe = flags.deep === true;
    const [summary, channels, health, lastHeartbeat, usage] = await Promise.all([
      client.request("status", {}),
      client.request("channels.status", { probe }),
      probe ? client.request("health", { probe }) : undefined,
      probe ? client.request("last-heartbeat", {}) : undefined,
      flags.usage ? askUsage(client) : undefined,
    ]);
    const mode = target.source === "config gateway.remote.url" ? "remote" : "local";
    const self = client.hello ? gatewaySelf(client.hello) : null;
    const answered = {
      misconfigured: false,
      reachable: true,
      connectLatencyMs,
      self,
      error: null,
      errorCode: null,
    } as const;
    const gateway = { mode, url: target.url, urlSource: target.source, ...answered } as const;
    const auth = client.hello?.auth?.method ?? client.hello?.snapshot.authMode;
    return {
      gateway,
      summary,
      channels,
      ...(health && { health }),
      ...(lastHeartbeat !== undefined && { lastHeartbeat }),
      ...(usage && { usage }),
      ...(auth !== undefined && { auth }),
    };
  } finally {
    void client.close();
  }
}

async function askUsage(client: Client): Promise<UsageView> {
  const [allowances, cost] = await Promise.all([
    client.request("usage.status", {}),
    client.request("usage.cost", {}),
  ]);
  return { ...allowances, cost };
}
