import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { policyLines } from "./lines.ts";
import { openPolicies, type PolicyFlags } from "./policies.ts";

/** `approvals get`: what agents may run without asking. `--json` prints what `approvals set` takes. */
export async function run(context: CommandContext, options: PolicyFlags): Promise<number> {
  const policies = await withGateway(context, options, async (client) =>
    (await openPolicies(client, context, options)).read(),
  );
  if (options.json) printJson(context.io, policies);
  else print(context.io, ...policyLines(policies));
  return 0;
}
