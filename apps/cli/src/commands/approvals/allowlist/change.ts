import { withGateway } from "../../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../../context.ts";
import { CliFailure } from "../../../failure.ts";
import { readFields } from "../../../read-fields.ts";
import { openPolicies, type PolicyFlags } from "../policies.ts";

/** Options of a change to the allowlist of an agent. */
export interface AllowlistOptions extends PolicyFlags {
  readonly agent?: string;
}

/** Programs an agent may run without asking, each entry with its `pattern`. */
export type Allowlist = readonly unknown[];

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
    const policies = await openPolicies(client, context, options);
    const current = await policies.read();
    const { file, hash: baseHash } = readFields(current);
    const agents = readFields(readFields(file)["agents"]);
    const rules = readFields(Object.hasOwn(agents, agent) ? agents[agent] : undefined);
    const before = allowlistIn(file, rules);
    const allowlist = change(before, agent);
    if (allowlist === before) return current;
    const changed = { ...readFields(file), agents: { ...agents, [agent]: { ...rules, allowlist } } };
    return policies.write({ file: changed, baseHash });
  });
  if (options.json) printJson(context.io, written);
  else print(context.io, said(agent));
  return 0;
}

/** Whether an entry of an allowlist is of this pattern. */
export function isOf(pattern: string): (entry: unknown) => boolean {
  return (entry) => readFields(entry)["pattern"] === pattern;
}

function allowlistIn(file: unknown, { allowlist = [] }: Readonly<Record<string, unknown>>): Allowlist {
  // What a node answers is its own: what is not understood is not written over.
  if (typeof file === "object" && file !== null && Array.isArray(allowlist)) return allowlist;
  throw new CliFailure("the answer holds no policies that could be changed", { code: "foreign_service" });
}
