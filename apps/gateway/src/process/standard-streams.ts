import type { ConsoleStreams } from "../logging/logging.ts";

/** The part of a standard stream that is used. */
export interface OutputStream {
  write(text: string): unknown;
  on(event: "error", listener: () => void): unknown;
  /** Bytes that wait for the reader. */
  readonly writableLength: number;
}

/** Bytes that may wait for a reader that has stopped: `openclaw gateway | less`, a supervisor that hangs. */
const MAX_WAITING_BYTES = 1_000_000;

/**
 * Lines to the standard streams. A reader that went away (`openclaw gateway | head`) ends the output, never the
 * gateway; one that has stopped misses lines, which the log file has, instead of filling our memory (T-DOS-14).
 */
export function standardStreams(out: OutputStream, err: OutputStream): ConsoleStreams {
  return { out: lineWriter(out), err: lineWriter(err) };
}

function lineWriter(stream: OutputStream): (line: string) => void {
  let isOpen = true;
  stream.on("error", () => {
    isOpen = false;
  });
  let missed = 0;
  return (line) => {
    if (!isOpen) return;
    if (stream.writableLength > MAX_WAITING_BYTES) {
      missed += 1;
      return;
    }
    if (missed > 0) stream.write(`(${missed} lines left out: nobody read them)\n`);
    missed = 0;
    stream.write(`${line}\n`);
  };
}
