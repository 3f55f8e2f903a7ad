import type { Output } from "../io.ts";

/** One of the streams of this process, which Node makes when it is first asked for: most commands need only one of them. */
export class ProcessOutput implements Output {
  readonly #find: () => NodeJS.WriteStream;
  readonly #isPipeClosed: () => boolean;
  #stream: NodeJS.WriteStream | undefined;
  #isBroken = false;

  constructor(find: () => NodeJS.WriteStream, isPipeClosed: () => boolean) {
    this.#find = find;
    this.#isPipeClosed = isPipeClosed;
  }

  get isTerminal(): boolean {
    return this.#open().isTTY === true;
  }

  // A terminal that nobody gave a size says 0: it may be as wide as any.
  get columns(): number | undefined {
    return this.#open().columns || undefined;
  }

  /** Whether all that was written has left this process, or never can. */
  get isWritten(): boolean {
    return this.#isBroken || (this.#stream?.writableLength ?? 0) === 0;
  }

  write(text: string): void {
    if (!this.#isBroken) this.#open().write(text);
  }

  isClosed(): boolean {
    return this.#isBroken || this.#isPipeClosed();
  }

  #open(): NodeJS.WriteStream {
    // Without a listener a closed pipe (EPIPE) would end the process with a stack.
    this.#stream ??= this.#find().on("error", () => (this.#isBroken = true));
    return this.#stream;
  }
}
