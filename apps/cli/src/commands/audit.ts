import type { Methods } from "@openclaw/client";

import type { ConnectionFlags } from "../connection/flags.ts";
import { withGateway } from "../connection/open-gateway.ts";
import { print, printJson, tell, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { parseDuration } from "../output/duration.ts";
import { facts } from "../output/entries.ts";

interface Options extends ConnectionFlags {
  readonly kind?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

type Params = Methods["audit.list"]["params"];
type Entry = Methods["audit.list"]["result"]["entries"][number];

const DEFAULT_LIMIT = 100;
const MOST_ENTRIES = 1_000;

/** `audit`: who did what that matters for security, newest first. Docs: protocol.md#audit */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  // Which kinds there are the gateway knows.
  const kind = options.kind as Params["kind"];
  const since = options.since === undefined ? undefined : startTime(options.since, io.now());
  const params: Params = {
    limit: entryCount(options.limit),
    ...(kind !== undefined && { kind }),
    ...(since !== undefined && { since }),
  };
  const page = await withGateway(context, options, (client) => client.request("audit.list", params));
  if (options.json) printJson(io, page);
  else if (page.entries.length === 0) print(io, "No audit entries.");
  else tell(io, ...page.entries.flatMap(lines));
  return 0;
}

/** What happened, and below it what it was about. */
function lines({ ts, kind, actor, address, target, outcome, detail }: Entry): string[] {
  const when = new Date(ts).toISOString().replace(/\.\d+/, "");
  const about = facts([target, detail]);
  const head = facts([`${when} ${kind}`, outcome, actor, address]);
  return (about === "" ? [head] : [head, `  ${about}`]).map(shortened);
}

/** Ids of devices are long, and their beginning tells them apart. */
function shortened(line: string): string {
  return line.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}

/** @throws {CliFailure} neither a duration nor a time */
function startTime(text: string, now: number): number {
  const back = parseDuration(text);
  const since = back === undefined ? Date.parse(text) : now - back;
  if (!Number.isNaN(since)) return since;
  throw new CliFailure(`invalid --since: ${text} (use 10m, 2h or an ISO time)`, { code: "usage" });
}

/** @throws {CliFailure} no number of entries */
function entryCount(text: string | undefined): number {
  const count = Number(text ?? DEFAULT_LIMIT);
  if (Number.isInteger(count) && count > 0 && count <= MOST_ENTRIES) return count;
  throw new CliFailure(`invalid --limit: ${text} (use 1 to ${MOST_ENTRIES})`, { code: "usage" });
}
