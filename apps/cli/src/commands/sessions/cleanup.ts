import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, tell, type CommandContext } from "../../context.ts";
import { cleanupLines } from "../../sessions/cleanup-lines.ts";

interface Options extends ConnectionFlags {
  readonly dryRun?: boolean;
  readonly enforce?: boolean;
  readonly activeKey?: string;
  readonly json?: boolean;
}

/**
 * `sessions cleanup`: what `session.maintenance` does not keep, removed as its mode says; `--enforce` removes it anyway,
 * `--dry-run` never does. Docs: configuration.md#session-maintenance
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  const { dryRun = false, enforce = false, activeKey } = options;
  const cleanup = await withGateway(context, options, (client) =>
    client.request("sessions.cleanup", { dryRun, enforce, ...(activeKey !== undefined && { activeKey }) }),
  );
  const { applied, removals, hasMore } = cleanup;
  if (options.json) printJson(io, cleanup);
  else {
    print(io, ...cleanupLines(cleanup, { now: io.now(), columns: io.stdout.columns }));
    if (!applied && !dryRun && removals.length > 0)
      tell(
        io,
        'Nothing was removed: session.maintenance.mode is "warn".',
        `Next: ${program} sessions cleanup --enforce`,
      );
    if (hasMore) tell(io, `There is more than that: run ${program} sessions cleanup again.`);
  }
  return 0;
}
