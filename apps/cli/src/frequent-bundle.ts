// The commands that are asked for all the time, and all that a plain line of theirs takes, as one bundle: see
// `code-cache.ts`.
import { runProcess as runWith, type Loaders } from "./process/run-process.ts";
import { runCli } from "./run-cli.ts";
import { runFrequent } from "./run-frequent.ts";

export { runCli, runFrequent };

/** Runs the command line of this process. */
export function runProcess(load: Loaders): Promise<void> {
  return runWith({ ...load, frequent: () => Promise.resolve(runFrequent) });
}
