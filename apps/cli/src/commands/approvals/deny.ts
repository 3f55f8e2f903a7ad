import type { CommandContext } from "../../context.ts";
import { decide, type DecisionOptions } from "./decide.ts";

/** `approvals deny <id>`. */
export function run(
  context: CommandContext,
  options: DecisionOptions,
  words: readonly string[],
): Promise<number> {
  const [id = ""] = words;
  return decide(context, options, { id, decision: "deny" });
}
