import type { CommandContext } from "../../../context.ts";
import { changeAllowlist, isOf, type AllowlistOptions } from "./change.ts";

/** `approvals allowlist add <pattern>`: lets an agent run these programs without asking. */
export function run(
  context: CommandContext,
  options: AllowlistOptions,
  words: readonly string[],
): Promise<number> {
  const [pattern = ""] = words;
  return changeAllowlist(context, options, {
    change: (list) => (list.some(isOf(pattern)) ? list : [...list, { id: context.io.newId(), pattern }]),
    said: (agent) => `Agent ${agent} may run ${pattern} without asking.`,
  });
}
