import { resolveTarget, type GatewayTarget } from "@openclaw/config";

import { callFailure, targetFailure } from "../connection/failures.ts";
import type { ConnectionFlags } from "../connection/flags.ts";
import { connectTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

/** What one RPC call to the local gateway found out. */
export type Probe =
  | { readonly ok: true; readonly pid?: number }
  /** Lines of the failure, the most important first. */
  | { readonly ok: false; readonly lines: readonly string[]; readonly hint?: string };

/** Address of the gateway to probe, or why none may be tried. */
export type ProbeTarget =
  | { readonly ok: true; readonly target: GatewayTarget }
  | { readonly ok: false; readonly failure: CliFailure };

/**
 * The gateway of this machine, even in remote mode. An explicit address that is just this gateway's own does not need
 * credentials on the command line.
 */
export function probeTarget(context: CommandContext, flags: ConnectionFlags): ProbeTarget {
  const { url, token, password, port } = flags;
  const secrets = { ...(token !== undefined && { token }), ...(password !== undefined && { password }) };
  const options = { config: context.loaded.config, env: context.env, paths: context.paths, scope: "local" as const };
  const local = resolveTarget({ ...options, flags: { ...secrets, ...(port !== undefined && { port }) } });
  if (url === undefined || (local.ok && local.target.url === url.replace(/\/$/, ""))) return orFailure(local);
  return orFailure(resolveTarget({ ...options, flags: { ...secrets, url } }));
}

/** Calls `status` on a target. Never throws for what a gateway or the network can do. */
export async function probeGateway(
  context: CommandContext,
  target: GatewayTarget,
  flags: ConnectionFlags,
): Promise<Probe> {
  try {
    const client = await connectTarget(context, target, flags);
    const status = await client.request("status", {}).finally(() => client.close());
    return { ok: true, ...(status.pid !== undefined && { pid: status.pid }) };
  } catch (error) {
    const failure = callFailure(error, context, target);
    if (!(failure instanceof CliFailure)) throw failure;
    const hint = failure.hint === undefined ? {} : { hint: failure.hint };
    return { ok: false, lines: [failure.message, ...failure.details], ...hint };
  }
}

function orFailure(resolution: ReturnType<typeof resolveTarget>): ProbeTarget {
  return resolution.ok ? resolution : { ok: false, failure: targetFailure(resolution.failure) };
}
