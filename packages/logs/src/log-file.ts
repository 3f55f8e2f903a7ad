import { appendFileSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogFileNames } from "./log-file-name.ts";
import { prune, setAside, type Retention } from "./log-retention.ts";

/** What a log file needs to know. */
export interface LogFileOptions extends Retention {
  readonly names: LogFileNames;
  /** Writing failed, or works again; called once per change. */
  onHealth?(error: unknown): void;
  readonly now?: () => number;
}

const FLUSH_AFTER_MS = 50;
const BATCH_BYTES = 256 * 1024;
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

interface Line {
  readonly path: string;
  readonly text: string;
}

/**
 * An append-only file of lines, written in the background in batches so that logging never waits for the disk. It is
 * opened anew for each batch: a file that somebody moved or deleted does not swallow the lines that follow.
 */
export class LogFile {
  #options: LogFileOptions;
  #pending: Line[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #draining: Promise<void> | undefined;
  #current: string | undefined;
  #isFailing = false;

  constructor(options: LogFileOptions) {
    this.#options = withinTotal(options);
  }

  /** Goes on under other names and limits; what was written before goes where it was meant to. */
  use(options: Pick<LogFileOptions, "names" | keyof Retention>): void {
    this.#options = withinTotal({ ...this.#options, ...options });
    this.#current = undefined;
  }

  /** File that a record of now goes to. */
  get path(): string {
    return this.#options.names.pathAt(new Date(this.#now()));
  }

  /** Queues one line. When the disk cannot keep up for long, lines are dropped and counted rather than memory filled. */
  write(line: string): void {
    const text = `${line}\n`;
    if (this.#pendingBytes + text.length > MAX_PENDING_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#pending.push({ path: this.path, text });
    this.#pendingBytes += text.length;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Resolves when everything written before is on its way to the disk; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  /** Writes what is left at once, for a process that ends now. */
  flushSync(): void {
    const rest = this.#pending;
    this.#pending = [];
    for (const { path, text } of rest) {
      try {
        appendFileSync(path, text, { mode: 0o600 });
      } catch {
        return;
      }
    }
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#append(batch.path, batch.text);
        this.#report(undefined);
      } catch (error) {
        this.#report(error);
      }
      this.#reportDropped();
    }
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const message = `${this.#dropped} log records were dropped: the disk could not keep up`;
    this.#dropped = 0;
    this.write(
      JSON.stringify({
        time: new Date(this.#now()).toISOString(),
        level: "warn",
        subsystem: "logging",
        message,
      }),
    );
  }

  /** The next lines that go to the same file. */
  #takeBatch(): Line {
    const path = this.#pending[0]?.path ?? this.path;
    let bytes = 0;
    const end = this.#pending.findIndex((line) => {
      const isFull = line.path !== path || (bytes > 0 && bytes + line.text.length > BATCH_BYTES);
      bytes += line.text.length;
      return isFull;
    });
    const lines = this.#pending.splice(0, end === -1 ? this.#pending.length : end);
    const text = lines.map((line) => line.text).join("");
    this.#pendingBytes -= text.length;
    return { path, text };
  }

  async #append(path: string, text: string): Promise<void> {
    if (path !== this.#current) await this.#begin(path);
    const bytes = Buffer.byteLength(text);
    const isFull = await withFile(path, async (file) => {
      const { size } = await file.stat();
      if (size > 0 && size + bytes > this.#options.maxFileBytes) return true;
      await file.appendFile(text);
      return false;
    });
    if (!isFull) return;
    await setAside(path);
    await this.#prune(path);
    await withFile(path, (file) => file.appendFile(text));
  }

  async #begin(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // An older version may have left it readable by others.
    await withFile(path, (file) => file.chmod(0o600));
    await this.#prune(path);
    this.#current = path;
  }

  #prune(path: string): Promise<void> {
    return prune(this.#options.names, path, { ...this.#options, now: this.#now() });
  }

  #report(error: unknown): void {
    const isFailing = error !== undefined;
    if (isFailing !== this.#isFailing) this.#options.onHealth?.(error);
    this.#isFailing = isFailing;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function withinTotal(options: LogFileOptions): LogFileOptions {
  const { maxFileBytes, maxTotalBytes } = options;
  return { ...options, maxFileBytes: Math.min(maxFileBytes, maxTotalBytes) };
}

async function withFile<T>(
  path: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const file = await open(path, "a", 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
