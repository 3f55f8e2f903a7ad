import { ConnectionError, type Client, type Methods } from "@openclaw/client";

import { callFailure, explainFailure } from "../connection/failures.ts";
import { connectTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { gatewaySelf, type GatewaySelf } from "../status/gateway-self.ts";
import type { ProbeCandidate } from "./candidates.ts";
import { configDigest, type ConfigDigest } from "./config-digest.ts";

/** What was found at one address; with `--json` it is printed as it is. */
export interface ProbedTarget {
  readonly id: ProbeCandidate["kind"];
  readonly kind: ProbeCandidate["kind"];
  readonly url: string;
  readonly active: boolean;
  readonly tunnel: null;
  readonly connect: {
    readonly ok: boolean;
    readonly latencyMs: number | null;
    readonly error: string | null;
    /** What went wrong, for programs. */
    readonly errorCode: string | null;
    /** What to do about it. */
    readonly hint: string | null;
    readonly close: { readonly code: number; readonly reason: string } | null;
  };
  /** Whether it answered the questions below once it was connected; `null` when it was not. */
  readonly rpc: { readonly ok: boolean; readonly error: string | null } | null;
  readonly self: GatewaySelf | null;
  readonly config: ConfigDigest | null;
  readonly health: Methods["health"]["result"] | null;
  readonly summary: Methods["status"]["result"] | null;
  readonly presence: Methods["system-presence"]["result"] | null;
}

const MOST_MS: Readonly<Record<ProbeCandidate["kind"], number>> = {
  localLoopback: 800,
  explicit: 1_500,
  configRemote: 1_500,
};

/** Looks at one address, in at most `timeoutMs`. Never throws for what a gateway or the network can do. */
export async function probeTarget(
  context: CommandContext,
  candidate: ProbeCandidate,
  timeoutMs: number,
): Promise<ProbedTarget> {
  const { kind, url, active, target } = candidate;
  const place = { id: kind, kind, url, active, tunnel: null } as const;
  const connectMs = Math.min(MOST_MS[kind], timeoutMs);
  const startedAt = context.io.now();
  try {
    if (target instanceof CliFailure) throw target;
    const client = await connectTarget(context, target, { timeout: String(connectMs) });
    const latencyMs = context.io.now() - startedAt;
    const leftMs = Math.max(1, Math.min(MOST_MS[kind], timeoutMs - latencyMs));
    const self = client.hello ? gatewaySelf(client.hello) : null;
    const answers = await ask(client, leftMs).finally(() => void client.close());
    const connect = { ok: true, latencyMs, error: null, errorCode: null, hint: null, close: null };
    return { ...place, connect, self, ...answers };
  } catch (error) {
    const failure = target instanceof CliFailure ? target : await callFailure(error, context, target);
    if (!(failure instanceof CliFailure)) throw failure;
    const nothing = { rpc: null, self: null, config: null, health: null, summary: null, presence: null };
    return { ...place, connect: failed(failure), ...nothing };
  }
}

type Answers = Pick<ProbedTarget, "rpc" | "config" | "health" | "summary" | "presence">;

// A gateway that answers some questions has not failed to answer the others.
async function ask(client: Client, timeoutMs: number): Promise<Answers> {
  const patience = { timeoutMs };
  const [summary, health, presence, config] = await Promise.allSettled([
    client.request("status", {}, patience),
    client.request("health", {}, patience),
    client.request("system-presence", {}, patience),
    client.request("config.get", {}, patience),
  ]);
  const snapshot = valueOf(config);
  const refused = [summary, health, presence, config].find((answer) => answer.status === "rejected");
  return {
    rpc: { ok: refused === undefined, error: refused === undefined ? null : messageOf(refused.reason) },
    config: snapshot && configDigest(snapshot),
    health: valueOf(health),
    summary: valueOf(summary),
    presence: valueOf(presence),
  };
}

function valueOf<T>(answer: PromiseSettledResult<T>): T | null {
  return answer.status === "fulfilled" ? answer.value : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failed(failure: CliFailure): ProbedTarget["connect"] {
  const { cause, code, hint = null } = failure;
  const close =
    cause instanceof ConnectionError && cause.closeCode !== undefined
      ? { code: cause.closeCode, reason: cause.closeReason ?? "" }
      : null;
  return { ok: false, latencyMs: null, error: explainFailure(failure), errorCode: code, hint, close };
}
