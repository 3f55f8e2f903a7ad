import type { ConnectionFlags } from "../../connection/flags.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";
import { probeLines } from "../../gateway-probe/lines.ts";
import { probeReport } from "../../gateway-probe/report.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `gateway probe`: every gateway that is named anywhere; exit 0 when one can be reached. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const report = await probeReport(context, options);
  if (options.json) printJson(context.io, report);
  else tell(context.io, ...probeLines(report));
  return report.ok ? 0 : 1;
}
