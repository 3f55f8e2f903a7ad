import { type CommandLoaders, runCli } from "../run-cli.ts";
import type { GatewayProgram } from "../io.ts";
import { processIo } from "./process-io.ts";

/** What is loaded when it is needed. */
export interface Loaders extends CommandLoaders {
  /** The one program that is not a command; all others only talk to a gateway. */
  readonly gateway: () => Promise<GatewayProgram>;
}

/** Runs the command line of this process and ends it with the command's exit code. */
export async function runProcess(load: Loaders): Promise<void> {
  const stopCatching = catchUncaught();
  let isHandedOver = false;
  const handOver = () => {
    isHandedOver = true;
    stopCatching();
    return load.gateway();
  };
  const io = processIo({ handOver, loadGateway: load.gateway });
  // Set, not called: what was written to a pipe still has to get out.
  process.exitCode = await runCli(io, load);
  // A program that had the process to itself may leave handles open when its time to stop was up.
  if (isHandedOver) process.exit();
  leaveSoon();
}

const LINGER_MS = 200;

// A socket whose other end does not answer the goodbye would keep the process for longer; output that is still on its
// way to a slow reader may. Nothing waits for the timer itself.
function leaveSoon(): void {
  const leave = () => {
    const isWritten = process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
    if (isWritten) process.exit();
    else leaveSoon();
  };
  setTimeout(leave, LINGER_MS).unref();
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
