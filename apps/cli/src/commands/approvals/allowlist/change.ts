import type { Methods } from "@openclaw/client";

import type { ConnectionFlags } from "../../../connection/flags.ts";
import { withGateway } from "../../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../../context.ts";

/** Options of a change to the allowlist of an agent. */
export interface AllowlistOptions extends ConnectionFlags {
  readonly agent?: string;
  readonly json?: boolean;
}

type Policies = Methods["exec.approvals.get"]["result"]["file"];
/** Programs an agent may run without asking. */
export type Allowlist = NonNullable<Policies["agents"][string]["allowlist"]>;

/** What a change needs to know and say. */
export interface AllowlistChange {
  /** Gives the new list, or throws; the same list means that nothing is to be done. */
  change(list: Allowlist, agent: string): Allowlist;
  said(agent: string): string;
}

/** Changes the list of one agent, against the policies as they are now. */
export async function changeAllowlist(
  context: CommandContext,
  options: AllowlistOptions,
  { change, said }: AllowlistChange,
): Promise<number> {
  const agent = options.agent ?? "main";
  const written = await withGateway(context, options, async (client) => {
    const current = await client.request("exec.approvals.get");
    const { file, hash: baseHash } = current;
    const rules = Object.hasOwn(file.agents, agent) ? file.agents[agent] : undefined;
    const before = rules?.allowlist ?? [];
    const allowlist = change(before, agent);
    if (allowlist === before) return current;
    const agents = { ...file.agents, [agent]: { ...rules, allowlist } };
    return client.request("exec.approvals.set", { file: { ...file, agents }, baseHash });
  });
  if (options.json) printJson(context.io, written);
  else print(context.io, said(agent));
  return 0;
}
