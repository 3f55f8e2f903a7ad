import { runCli } from "../run-cli.ts";
import { processIo } from "./process-io.ts";

/** Runs the command line of this process and sets its exit code. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  // Set, not called: what was written to a pipe still has to get out.
  process.exitCode = await runCli(io);
}
