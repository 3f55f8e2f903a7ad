import { accountLines, warningLines } from "../../channels/account-lines.ts";
import { configuredChannelLines } from "../../channels/configured-channels.ts";
import type { ConnectionFlags } from "../../connection/flags.ts";
import { timeoutMs } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { complain, print, printJson, tell, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends ConnectionFlags {
  readonly probe?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const TIP = "adds gateway health probes to status output (requires a reachable gateway).";

/** `channels status`: accounts as the gateway sees them; as the configuration has them when it does not answer. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  if (!options.json) print(io, `Checking channel status${options.probe ? " (probe)" : ""}…`);
  try {
    const status = await withGateway(context, options, (client) =>
      client.request("channels.status", { probe: options.probe === true, timeoutMs: timeoutMs(options) }),
    );
    const warnings = warningLines(status);
    if (options.json) printJson(io, status);
    else {
      tell(io, "Gateway reachable.", ...accountLines(status), "");
      if (warnings.length > 0) tell(io, "Warnings:", ...warnings, "");
      tell(io, `Tip: ${program} status --deep ${TIP}`);
    }
    return options.strict && warnings.length > 0 ? 1 : 0;
  } catch (failure) {
    if (options.json || !(failure instanceof CliFailure)) throw failure;
    showConfigured(context, failure);
    return options.strict ? 1 : 0;
  }
}

function showConfigured(context: CommandContext, failure: CliFailure): void {
  const { io, loaded, paths, program } = context;
  complain(io, ...failure.preface, `Gateway not reachable: Error: ${failure.message}`, ...failure.details);
  if (failure.hint !== undefined) complain(io, `Next: ${failure.hint}`);
  tell(io, "Gateway not reachable; showing config-only status.", `Config: ${paths.configPath}`);
  print(
    io,
    `Mode: ${loaded.config.gateway?.mode ?? "local"}`,
    "",
    ...configuredChannelLines(loaded.config),
    "",
  );
  tell(io, `Tip: ${program} status --deep ${TIP}`);
}
