import { timeoutMs, type ConnectionFlags } from "../connection/flags.ts";
import type { CommandContext } from "../context.ts";
import { findLocalTarget } from "../connection/open-gateway.ts";
import { type Discovery, findGateways } from "../discovery/find-gateways.ts";
import { probeCandidates, type ProbeCandidate } from "./candidates.ts";
import { probeTarget, type ProbedTarget } from "./probe-target.ts";

/** What `gateway probe` found; with `--json` it is printed as it is. */
export interface ProbeReport {
  /** Whether any gateway can be reached. */
  readonly ok: boolean;
  readonly ts: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
  readonly primaryTargetId: ProbeCandidate["kind"] | null;
  readonly warnings: readonly {
    readonly code: "multiple_gateways";
    readonly message: string;
    readonly targetIds: readonly string[];
  }[];
  readonly network: {
    readonly localLoopbackUrl: string;
    readonly localTailnetUrl: null;
    readonly tailnetIPv4: null;
  };
  /** Who else announces a gateway. None of them is a target: what the network says is no reason to connect. */
  readonly discovery: Discovery;
  readonly targets: readonly ProbedTarget[];
}

const DEFAULT_TIMEOUT_MS = 3_000;
const MOST_DISCOVERY_MS = 1_200;

/** Looks at every gateway that is named anywhere, and around on the network, at the same time. */
export async function probeReport(context: CommandContext, flags: ConnectionFlags): Promise<ProbeReport> {
  const budgetMs = timeoutMs(flags, DEFAULT_TIMEOUT_MS);
  const startedAt = context.io.now();
  const [discovery, ...targets] = await Promise.all([
    findGateways(context, Math.min(MOST_DISCOVERY_MS, budgetMs)),
    ...probeCandidates(context, flags).map((candidate) => probeTarget(context, candidate, budgetMs)),
  ]);
  const reached = targets.filter(({ connect }) => connect.ok);
  return {
    ok: reached.length > 0,
    ts: startedAt,
    durationMs: context.io.now() - startedAt,
    timeoutMs: budgetMs,
    primaryTargetId: reached[0]?.id ?? null,
    warnings: reached.length > 1 ? [severalGateways(reached)] : [],
    network: { localLoopbackUrl: findLocalTarget(context).url, localTailnetUrl: null, tailnetIPv4: null },
    discovery,
    targets,
  };
}

function severalGateways(reached: readonly ProbedTarget[]): ProbeReport["warnings"][number] {
  return {
    code: "multiple_gateways",
    message: `${reached.length} gateways answer; commands talk to ${(reached.find(({ active }) => active) ?? reached[0])?.url}.`,
    targetIds: reached.map(({ id }) => id),
  };
}
