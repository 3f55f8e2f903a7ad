import { runCli } from "../run-cli.ts";
import type { GatewayProgram } from "../io.ts";
import { processIo } from "./process-io.ts";

/**
 * Runs the command line of this process and ends it with the command's exit code.
 *
 * @param loadGateway loads the one program that is not a command; all others only talk to a gateway
 */
export async function runProcess(loadGateway: () => Promise<GatewayProgram>): Promise<void> {
  const stopCatching = catchUncaught();
  let isHandedOver = false;
  const io = processIo(() => {
    isHandedOver = true;
    stopCatching();
    return loadGateway();
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
