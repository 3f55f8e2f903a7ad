import { complain, print, type CommandContext } from "../context.ts";
import { failureObject, type CliFailure } from "../failure.ts";

const HEADLINE = "Gateway not reachable. Is it running and accessible?";

/** Reports why there are no logs; with `json`, readers of both streams get one line of their own. */
export function reportUnreachable(
  { io, program }: CommandContext,
  failure: CliFailure,
  { json = false }: { json?: boolean },
): number {
  const { message, details, preface, exitCode } = failure;
  const hint = `Hint: run \`${program} doctor\`.`;
  if (json) {
    const error = [message, ...details].join("\n");
    const facts = { message: details.join("\n") };
    io.stderr.write(`${JSON.stringify({ type: "error", message: HEADLINE, error, details: facts, hint })}\n`);
    print(io, JSON.stringify(failureObject(failure)));
  } else {
    const next = failure.hint === undefined ? [] : [`Next: ${failure.hint}`];
    complain(io, ...preface, HEADLINE, `Error: ${message}`, ...details, hint, ...next);
  }
  return exitCode;
}
