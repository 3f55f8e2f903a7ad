import { warningLines } from "../channels/account-lines.ts";
import { complain, print, printJson, type CommandContext } from "../context.ts";
import { releaseSkew, type RunningRelease } from "../service/release-skew.ts";
import { lookAtService } from "../service/service-look.ts";
import { allLines } from "../status/all-lines.ts";
import { type GatewayView, viewGateway, type ViewFlags } from "../status/gateway-view.ts";
import { statusLines } from "../status/lines.ts";
import { statusReport } from "../status/report.ts";

interface Options extends ViewFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly verbose?: boolean;
}

/** `status`: the overview; works without the gateway too, except for `--deep`. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const [gateway, service] = await Promise.all([viewGateway(context, options), lookAtService(context)]);
  const versionSkew = await releaseSkew(context, service, runningRelease(gateway));
  const view = { ...gateway, service, ...(versionSkew && { versionSkew }) };
  if (options.deep && view.failure) throw view.failure;
  if (options.json) printJson(io, statusReport(context, view));
  else {
    print(io, ...(options.all ? await allLines(context, view) : statusLines(context, view)));
    if (options.verbose && view.failure) complain(io, view.failure.message, ...view.failure.details);
  }
  const hasProblem = view.failure !== undefined || (view.channels && warningLines(view.channels).length > 0);
  return options.strict && hasProblem ? 1 : 0;
}

function runningRelease({ gateway, summary }: GatewayView): RunningRelease | undefined {
  if (!gateway.reachable) return undefined;
  const isLocal = gateway.urlSource === "local loopback";
  return { version: gateway.self?.version ?? "", pid: summary.pid, isLocal };
}
