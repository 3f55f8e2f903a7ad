import type { GatewayTarget } from "@openclaw/config";

import { callFailure } from "../connection/failures.ts";
import { timeoutMs, type ConnectionFlags } from "../connection/flags.ts";
import { connectTarget, findTarget } from "../connection/open-gateway.ts";
import { within } from "../connection/within.ts";
import type { CommandContext } from "../context.ts";
import type { ConfigStatus } from "../status/config-in-force.ts";
import { CliFailure, type FailureCode } from "../failure.ts";

/** What one RPC call to the local gateway found out. */
export type Probe =
  | {
      readonly ok: true;
      readonly pid?: number;
      /** Release of the gateway; empty when it does not say. */
      readonly version: string;
      /** This machine's gateway. */
      readonly isLocal: boolean;
      /** Whether it runs with what its file says. */
      readonly configStatus?: ConfigStatus;
    }
  /** Lines of the failure, the most important first. */
  | {
      readonly ok: false;
      readonly code: FailureCode;
      readonly lines: readonly string[];
      readonly hint?: string;
    };

/** Calls `status` on a target. Never throws for what a gateway or the network can do. */
export async function probeGateway(
  context: CommandContext,
  flags: ConnectionFlags,
  local: GatewayTarget,
): Promise<Probe> {
  let target = local;
  try {
    target = probeTarget(context, flags, local);
    const { version, status } = await within(timeoutMs(flags), askStatus(context, target, flags));
    const { pid, configStatus } = status;
    return {
      ok: true,
      version,
      isLocal: target.url === local.url,
      ...(pid !== undefined && { pid }),
      ...(configStatus !== undefined && { configStatus }),
    };
  } catch (error) {
    const failure = await callFailure(error, context, target);
    if (!(failure instanceof CliFailure)) throw failure;
    const hint = failure.hint === undefined ? {} : { hint: failure.hint };
    return { ok: false, code: failure.code, lines: [failure.message, ...failure.details], ...hint };
  }
}

async function askStatus(context: CommandContext, target: GatewayTarget, flags: ConnectionFlags) {
  const client = await connectTarget(context, target, flags);
  // The goodbye takes a round trip that the report need not wait for.
  const version = client.hello?.server.version ?? "";
  const status = await client.request("status", {}).finally(() => void client.close());
  return { version, status };
}

/**
 * The gateway to probe: this machine's, even in remote mode, or an explicit address. Naming the local gateway's own
 * address does not take credentials on the command line.
 *
 * @throws {CliFailure} the address or its credentials cannot be used
 */
function probeTarget(context: CommandContext, flags: ConnectionFlags, local: GatewayTarget): GatewayTarget {
  const isLocal = flags.url === undefined || flags.url.replace(/\/$/, "") === local.url;
  return isLocal ? local : findTarget(context, flags);
}
