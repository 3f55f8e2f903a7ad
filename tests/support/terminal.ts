import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { collect, type Output } from "./gateway-process.ts";

const CTRL_C = "\u0003";
/** A command that hangs is to fail with what it showed, not with the test's own time. */
const PATIENCE_MS = 60_000;

/** A command on a terminal, which the program `script` provides: what a person sees, and the keys. */
export class Terminal {
  /** Exit code of the command, when it has ended. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #output: Output;
  #hasEnded = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#output = collect(child);
    this.ended = once(child, "close").then(([code]) => {
      this.#hasEnded = true;
      return typeof code === "number" ? code : null;
    });
  }

  /** Everything it has shown so far. */
  get text(): string {
    return stripVTControlCharacters(this.#output.text).replaceAll("\r", "");
  }

  /** Waits until it shows something; fails with all it showed when it ends without. */
  async see(pattern: RegExp): Promise<RegExpExecArray> {
    const end = new AbortController();
    const late = pause(PATIENCE_MS, true, { signal: end.signal }).catch(() => false);
    let isLate = false;
    void late.then((value) => (isLate = value));
    for (;;) {
      const match = pattern.exec(this.text);
      if (match || this.#hasEnded || isLate) end.abort();
      if (match) return match;
      if (this.#hasEnded || isLate) throw new Error(`it never showed ${String(pattern)}:\n${this.text}`);
      let stop = () => {};
      const shown = new Promise<void>((resolve) => (stop = this.#output.onText(resolve)));
      await Promise.race([shown, this.ended, late]).finally(() => stop());
    }
  }

  /** Presses keys. */
  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Presses Ctrl-C; gives the exit code. */
  interrupt(): Promise<number | null> {
    this.press(CTRL_C);
    return this.ended;
  }
}
