import type { CommandContext } from "../../../context.ts";
import { CliFailure } from "../../../failure.ts";
import { changeAllowlist, isOf, type AllowlistOptions } from "./change.ts";

/** `approvals allowlist remove <pattern>`. */
export function run(
  context: CommandContext,
  options: AllowlistOptions,
  words: readonly string[],
): Promise<number> {
  const [pattern = ""] = words;
  return changeAllowlist(context, options, {
    change: (list, agent) => {
      const kept = list.filter((entry) => !isOf(pattern)(entry));
      if (kept.length === list.length)
        throw new CliFailure(`agent ${agent} has no such pattern: ${pattern}`, { code: "not_found" });
      return kept;
    },
    said: (agent) => `Agent ${agent} has to ask before it runs ${pattern}.`,
  });
}
