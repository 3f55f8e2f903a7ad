import type { LogRecord } from "./record.ts";

const REPORT_AFTER_MS = 10_000;

/**
 * Folds identical consecutive records: the first is passed on, the others become `last message repeated <n> times`
 * when something else is logged or after ten seconds. One broken peer must not fill the disk (T-DOS-14).
 */
export class RepeatFilter {
  readonly #emit: (record: LogRecord) => void;
  #last: { readonly key: string; readonly record: LogRecord } | undefined;
  #repeats = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(emit: (record: LogRecord) => void) {
    this.#emit = emit;
  }

  push(record: LogRecord): void {
    const key = JSON.stringify(record);
    if (this.#last?.key === key) {
      this.#repeats += 1;
      this.#timer ??= setTimeout(() => this.flush(), REPORT_AFTER_MS).unref();
      return;
    }
    this.flush();
    this.#last = { key, record };
    this.#emit(record);
  }

  /** Reports what was folded so far. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#repeats === 0 || this.#last === undefined) return;
    const { severity, subsystem } = this.#last.record;
    const message = `last message repeated ${this.#repeats} times`;
    this.#repeats = 0;
    this.#emit({ severity, subsystem, message });
  }
}
