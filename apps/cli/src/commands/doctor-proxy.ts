import { printJson, tell, type CommandContext } from "../context.ts";
import { proxyLines } from "../doctor-proxy/lines.ts";
import { type LookFlags, lookThrough } from "../doctor-proxy/look-through.ts";

interface Options extends LookFlags {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `doctor proxy`: what the gateway sees of a request, and the setting to change. Docs: doctor.md#proxies */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const report = await lookThrough(context, options);
  if (options.json) printJson(context.io, report);
  else tell(context.io, ...proxyLines(report));
  return options.strict === true && !report.ok ? 1 : 0;
}
