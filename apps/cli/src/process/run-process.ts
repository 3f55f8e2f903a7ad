import { type CommandLoaders, runCli } from "../run-cli.ts";
import type { GatewayProgram } from "../io.ts";
import { watchPipe } from "./pipe-watch.ts";
import { processIo } from "./process-io.ts";
import { ProcessOutput } from "./process-output.ts";

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
  const stdout = new ProcessOutput(() => process.stdout, watchPipe(STDOUT));
  const stderr = new ProcessOutput(
    () => process.stderr,
    () => false,
  );
  // Set, not called: what was written to a pipe still has to get out.
  process.exitCode = await runCli(processIo({ stdout, stderr, handOver, loadGateway: load.gateway }), load);
  // A program that had the process to itself may leave handles open when its time to stop was up.
  if (isHandedOver) process.exit();
  leave([stdout, stderr]);
}

const STDOUT = 1;
const LOOK_AGAIN_MS = 200;

// Nothing but output is waited for: the gateway may take its time to answer the goodbye, and need not answer it at all.
function leave(outputs: readonly ProcessOutput[]): void {
  if (outputs.every(({ isWritten }) => isWritten)) process.exit();
  setTimeout(() => leave(outputs), LOOK_AGAIN_MS).unref();
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
