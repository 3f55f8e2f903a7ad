import { randomUUID } from "node:crypto";
import { arch, homedir, platform, release, tmpdir } from "node:os";
import { isatty } from "node:tty";

import type { Io, Output } from "../io.ts";
import { watchPipe } from "./pipe-watch.ts";

const STDIN = 0;
const STDOUT = 1;

/** The real process as an {@link Io}. */
export function processIo(): Io {
  const stopCatching = catchUncaught();
  return {
    argv: process.argv.slice(2),
    env: process.env,
    homeDir: homedir(),
    cwd: process.cwd(),
    stdout: output(process.stdout, watchPipe(STDOUT)),
    stderr: output(process.stderr, () => false),
    stdinIsTerminal: isatty(STDIN),
    machine: {
      platform: platform(),
      release: release(),
      arch: arch(),
      nodeVersion: process.versions.node,
      tmpDir: tmpdir(),
      uid: process.getuid?.(),
    },
    now: Date.now,
    newId: randomUUID,
    interruption,
    handOver: stopCatching,
  };
}

function output(stream: NodeJS.WriteStream, isPipeClosed: () => boolean): Output {
  let isBroken = false;
  // Without a listener a closed pipe (EPIPE) would end the process with a stack.
  stream.on("error", () => (isBroken = true));
  return {
    write: (text) => {
      if (!isBroken) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
    isClosed: () => isBroken || isPipeClosed(),
  };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  // Only the first: whoever presses Ctrl-C again does not want to wait.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function catchUncaught(): () => void {
  const report = (error: unknown) => {
    process.stderr.write(`[openclaw] Uncaught exception: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  };
  process.on("uncaughtException", report);
  return () => process.off("uncaughtException", report);
}
