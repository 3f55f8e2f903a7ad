import { timeoutMs } from "../../connection/flags.ts";
import { complain, printJson, tell, type CommandContext } from "../../context.ts";
import { findGateways } from "../../discovery/find-gateways.ts";
import { discoverLines } from "../../discovery/lines.ts";

interface Options {
  readonly timeout?: string;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DOMAINS = ["local."];

/** `gateway discover`: who announces a gateway on the local network. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const { timeoutMs: waitedMs, ...found } = await findGateways(
    context,
    timeoutMs(options, DEFAULT_TIMEOUT_MS),
  );
  if (options.json) {
    printJson(io, { timeoutMs: waitedMs, domains: DOMAINS, ...found });
    return 0;
  }
  tell(io, ...discoverLines({ timeoutMs: waitedMs, ...found }, DOMAINS));
  if (found.problem !== null) complain(io, `Not every network was asked: ${found.problem}`);
  return 0;
}
