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
  const waitMs = timeoutMs(options, DEFAULT_TIMEOUT_MS);
  const hideSign = io.waitSign("Listening for gateways on the local network");
  const found = await findGateways(context, waitMs).finally(hideSign);
  const { count, beacons, problem } = found;
  if (options.json) {
    printJson(io, { timeoutMs: waitMs, domains: DOMAINS, count, beacons, problem });
    return 0;
  }
  tell(io, ...discoverLines(found, DOMAINS));
  if (problem !== null) complain(io, `Not every network was asked: ${problem}`);
  return 0;
}
