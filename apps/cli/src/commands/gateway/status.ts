import { complain, printJson, tell, type CommandContext } from "../../context.ts";
import { statusLines } from "../../gateway-status/lines.ts";
import { gatewayStatus, type StatusFlags } from "../../gateway-status/report.ts";
import { dashboardUrl } from "../../local/dashboard.ts";
import { logFile } from "../../local/log-file.ts";
import { ownService } from "../../service/own-service.ts";

interface Options extends StatusFlags {
  readonly requireRpc?: boolean;
  readonly json?: boolean;
}

/** `gateway status`: service, configuration, port and an RPC probe; exit 0 whatever it finds, unless told otherwise. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, paths, program } = context;
  const report = await gatewayStatus(context, options);
  if (options.json) printJson(io, report);
  else {
    const dashboard = dashboardUrl(context, report.gateway.probeUrl);
    const { command } = report.service;
    const facts = {
      ...{ home: paths.home, logFile: await logFile(context), dashboard, program },
      ...(command !== null && { logCommand: ownService(context).supervisor.logCommand }),
    };
    for (const [stream, text] of statusLines(report, facts)) (stream === "out" ? tell : complain)(io, text);
  }
  return options.requireRpc && report.rpc?.ok !== true ? 1 : 0;
}
