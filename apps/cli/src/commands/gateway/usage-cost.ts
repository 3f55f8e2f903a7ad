import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { costLines } from "../../usage/cost-lines.ts";

interface Options extends ConnectionFlags {
  readonly days?: string;
  readonly json?: boolean;
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 3_650;

/** `gateway usage-cost`: tokens and dollars of the last days. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const days = dayCount(options.days);
  const report = await withGateway(context, options, (client) => client.request("usage.cost", { days }));
  if (options.json) printJson(context.io, report);
  else print(context.io, ...costLines(report));
  return 0;
}

function dayCount(text: string | undefined): number {
  const days = text === undefined ? DEFAULT_DAYS : Number(text);
  if (Number.isInteger(days) && days > 0 && days <= MOST_DAYS) return days;
  throw new CliFailure(`invalid --days: ${text} (use 1 to ${MOST_DAYS})`, { code: "usage" });
}
