import { CliFailure, reportFailure, reportUnexpected } from "./failure.ts";
import type { Io } from "./io.ts";
import type { Call } from "./program.ts";

/** The exit code of a call that runs. Nothing is thrown for what a user can get wrong: it is told. */
export async function reported({ spec, options }: Call, io: Io, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const json = options["json"] === true;
    if (isInterruption(error)) {
      io.stderr.write("\nInterrupted.\n");
      return 130;
    }
    if (!(error instanceof CliFailure)) return reportUnexpected(io, error, json);
    const prefix = "failurePrefix" in spec ? (spec.failurePrefix ?? "") : "";
    return reportFailure(io, error, { json, prefix });
  }
}

/** Ctrl-C, or Ctrl-D, instead of an answer. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
