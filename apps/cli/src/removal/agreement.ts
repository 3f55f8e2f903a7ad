import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

/** Who may be asked. */
export interface AskFlags {
  readonly nonInteractive?: boolean;
  readonly json?: boolean;
}

/** Whether a person is there to answer. */
export function canAsk({ io }: Pick<CommandContext, "io">, { nonInteractive, json }: AskFlags): boolean {
  return io.stdinIsTerminal && nonInteractive !== true && json !== true;
}

/**
 * Whether to go on: by `--yes`, or because a person says so.
 *
 * @throws {CliFailure} nobody can be asked
 */
export async function agrees(
  context: CommandContext,
  flags: AskFlags & { readonly yes?: boolean },
  question: string,
): Promise<boolean> {
  if (flags.yes === true) return true;
  if (canAsk(context, flags)) return /^\s*y/i.test(await context.io.ask(`${question} [y/N] `));
  throw new CliFailure("this asks before it takes anything away, and here nobody can answer: add --yes", {
    code: "usage",
    hint: "see first what would go: add --dry-run",
  });
}
