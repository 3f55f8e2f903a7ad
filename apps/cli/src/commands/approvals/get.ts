import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { policyLines } from "./lines.ts";

interface Options extends ConnectionFlags {
  readonly node?: string;
  readonly json?: boolean;
}

/** `approvals get`: what agents may run without asking. `--json` prints what `approvals set` takes. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { node: nodeId } = options;
  if (nodeId !== undefined) {
    // What a node answers is its own.
    const answer = await withGateway(context, options, (client) =>
      client.request("exec.approvals.node.get", { nodeId }),
    );
    printJson(context.io, answer);
    return 0;
  }
  const policies = await withGateway(context, options, (client) => client.request("exec.approvals.get"));
  if (options.json) printJson(context.io, policies);
  else print(context.io, ...policyLines(policies));
  return 0;
}
