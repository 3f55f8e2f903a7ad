import { runCli } from "../run-cli.ts";
import { processIo } from "./process-io.ts";

/** Runs the command line of this process and ends it with the command's exit code. */
export async function runProcess(): Promise<void> {
  const stopCatching = catchUncaught();
  let isHandedOver = false;
  const io = processIo(() => {
    isHandedOver = true;
    stopCatching();
  });
  // Set, not called: what was written to a pipe still has to get out.
  process.exitCode = await runCli(io);
  // A program that had the process to itself may leave handles open when its time to stop was up.
  if (isHandedOver) process.exit();
}

function catchUncaught(): () => void {
  const report = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`[openclaw] Uncaught exception: ${message}\n`);
    process.exit(1);
  };
  process.on("uncaughtException", report);
  return () => process.off("uncaughtException", report);
}
