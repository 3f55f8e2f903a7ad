import { complain, type CommandContext } from "../context.ts";
import { CliFailure, reportFailure } from "../failure.ts";

const HEADLINE = "Gateway not reachable. Is it running and accessible?";

/** Reports why there are no logs; JSON readers of both streams get their own object. */
export function unreachableLogs(
  context: CommandContext,
  error: unknown,
  { json = false }: { json?: boolean },
): number {
  if (!(error instanceof CliFailure)) throw error;
  const hint = `Hint: run \`${context.program} doctor\`.`;
  const { message, details, preface } = error;
  if (json) {
    const full = [message, ...details].join("\n");
    const facts = { message: details.join("\n") };
    complain(
      context.io,
      JSON.stringify({ type: "error", message: HEADLINE, error: full, details: facts, hint }),
    );
    return reportFailure(context.io, error, { json: true, prefix: "" });
  }
  const next = error.hint === undefined ? [] : [`Next: ${error.hint}`];
  complain(context.io, ...preface, HEADLINE, `Error: ${message}`, ...details, hint, ...next);
  return 1;
}
