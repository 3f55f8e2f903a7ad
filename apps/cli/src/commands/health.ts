import type { ConnectionFlags } from "../connection/flags.ts";
import { withGateway } from "../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../context.ts";
import { healthLines } from "../health/health-lines.ts";
import { readFields } from "../read-fields.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly verbose?: boolean;
}

/** `health`: the gateway's own view of its condition; `--verbose` probes the channels. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const { health, details } = await withGateway(context, options, async (client, target) => ({
    health: await client.request("health", options.verbose ? { probe: true } : {}),
    details: target.details,
  }));
  if (options.json) {
    printJson(io, health);
  } else {
    if (options.verbose) tell(io, "Gateway connection:", ...details.map((line) => `  ${line}`));
    tell(io, ...healthLines(health));
  }
  return options.strict && Object.values(health.channels).some(isBroken) ? 1 : 0;
}

function isBroken(channel: unknown): boolean {
  const { configured, running, probe } = readFields(channel);
  return configured === true && (running === false || readFields(probe).ok === false);
}
