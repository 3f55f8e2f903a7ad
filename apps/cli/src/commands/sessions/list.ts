import type { Methods } from "@openclaw/client";

import { agentIds } from "../../agents/configured-agents.ts";
import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { sessionTable } from "../../sessions/session-table.ts";

interface Options extends ConnectionFlags {
  readonly active?: string;
  readonly agent?: string;
  readonly allAgents?: boolean;
  readonly json?: boolean;
}

/** `sessions`: the newest sessions of an agent, or of all; the default agent's unless told otherwise. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const activeMinutes = minutes(options.active);
  const agentId = options.allAgents ? undefined : (options.agent ?? agentIds(context)[0]);
  const list = await withGateway(context, options, (client) =>
    client.request("sessions.list", {
      ...(agentId !== undefined && { agentId }),
      ...(activeMinutes !== null && { activeMinutes }),
    }),
  );
  const { path, count, totalCount = count, sessions } = list;
  if (options.json) printJson(io, { path, count, totalCount, activeMinutes, sessions });
  else {
    print(io, `Sessions of ${agentId ?? "all agents"}: ${shownOf(list)}`);
    print(
      io,
      ...sessionTable(
        sessions.map((row) => listed(row, list.ts)),
        io.stdout.columns,
      ),
    );
  }
  return 0;
}

type SessionsList = Methods["sessions.list"]["result"];

function shownOf({ count, totalCount = count }: SessionsList): string {
  return totalCount > count ? `the newest ${count} of ${totalCount}` : String(count);
}

function listed({ key, kind, updatedAt, model, totalTokens }: SessionsList["sessions"][number], now: number) {
  return { key, kind, ageMs: updatedAt === null ? null : now - updatedAt, model, totalTokens };
}

function minutes(text: string | undefined): number | null {
  if (text === undefined) return null;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new CliFailure(`invalid --active: ${text} (use minutes)`, { code: "usage" });
}
