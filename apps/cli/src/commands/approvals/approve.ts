import type { CommandContext } from "../../context.ts";
import { decide, type DecisionOptions } from "./decide.ts";

interface Options extends DecisionOptions {
  readonly always?: boolean;
}

/** `approvals approve <id>`: lets a command run, once unless `--always`. */
export function run(context: CommandContext, options: Options, words: readonly string[]): Promise<number> {
  const [id = ""] = words;
  return decide(context, options, { id, decision: options.always ? "allow-always" : "allow-once" });
}
