// What understands any command line and prints help, as one bundle: see `code-cache.ts`.
import { runProcess as runWith, type Loaders } from "./process/run-process.ts";
import { parseCommandLine } from "./program.ts";
import { runCli } from "./run-cli.ts";

export { parseCommandLine, runCli };

/** Runs the command line of this process. */
export function runProcess(load: Loaders): Promise<void> {
  return runWith({ ...load, parser: () => Promise.resolve(parseCommandLine) });
}
