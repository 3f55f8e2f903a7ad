import type { Methods } from "@openclaw/client";

import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { visible } from "../../output/visible.ts";

/** Options of a decision. */
export interface DecisionOptions extends ConnectionFlags {
  readonly json?: boolean;
}

type Details = Methods["exec.approval.get"]["result"];

const SAID = {
  "allow-once": "Allowed once",
  "allow-always": "Allowed for good",
  deny: "Denied",
} as const;

/** Decides about the command with this id, or the only one whose id begins so, and says which one it was. */
export async function decide(
  context: CommandContext,
  options: DecisionOptions,
  choice: { readonly id: string; readonly decision: keyof typeof SAID },
): Promise<number> {
  const { decision } = choice;
  const { id, commandText } = await withGateway(context, options, async (client) => {
    const details = await client.request("exec.approval.get", { id: choice.id });
    mustBeAllowed(details, decision);
    await client.request("exec.approval.resolve", { id: details.id, decision });
    return details;
  });
  if (options.json) printJson(context.io, { id, decision, commandText });
  else print(context.io, `${SAID[decision]}: ${visible(commandText)}`);
  return 0;
}

function mustBeAllowed({ allowedDecisions }: Details, decision: keyof typeof SAID): void {
  if (allowedDecisions.includes(decision)) return;
  throw new CliFailure(`this command takes only: ${allowedDecisions.join(", ")}`, { code: "usage" });
}
