import type { ConsoleStreams } from "../logging/logging.ts";

/** The part of a standard stream that is used. */
export interface OutputStream {
  write(text: string): unknown;
  on(event: "error", listener: () => void): unknown;
}

/**
 * Lines to the standard streams. A reader that went away (`openclaw gateway | head`) ends the output, never the
 * gateway.
 */
export function standardStreams(out: OutputStream, err: OutputStream): ConsoleStreams {
  return { out: lineWriter(out), err: lineWriter(err) };
}

function lineWriter(stream: OutputStream): (line: string) => void {
  let isOpen = true;
  stream.on("error", () => {
    isOpen = false;
  });
  return (line) => {
    if (isOpen) stream.write(`${line}\n`);
  };
}
