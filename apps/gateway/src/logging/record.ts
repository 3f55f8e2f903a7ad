import { bounded, TEXT_LIMITS, toLine, toLines } from "./clean.ts";
import type { Severity } from "./levels.ts";
import { MASK } from "./mask.ts";
import type { Redactor } from "./redactor.ts";

/** One log record, clean and free of secrets: what every sink gets. */
export interface LogRecord {
  readonly severity: Severity;
  readonly subsystem: string;
  readonly message: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Shown on the console instead of `message`. */
  readonly consoleMessage?: string;
}

/** What was logged, as it came. */
export interface LogEntry {
  readonly severity: Severity;
  readonly subsystem: string;
  readonly text: unknown;
  readonly meta?: unknown;
}

const MAX_DEPTH = 5;
const MAX_NODES = 300;
const MAX_NAME_CHARS = 100;
// How much more text than is kept is looked at for secrets.
const MARGIN = 4;

/** Makes a record of what was logged: errors become plain objects, text is cleaned, everything is bounded. */
export function toRecord({ severity, subsystem, text, meta }: LogEntry, redactor: Redactor): LogRecord {
  const message = readable(String(text), TEXT_LIMITS.message, redactor);
  const { consoleMessage, ...rest } = metaOf(meta, redactor);
  return {
    severity,
    subsystem,
    message,
    ...(Object.keys(rest).length > 0 && { meta: rest }),
    ...(typeof consoleMessage === "string" && { consoleMessage }),
  };
}

function metaOf(meta: unknown, redactor: Redactor): Readonly<Record<string, unknown>> {
  if (meta === undefined) return {};
  const plain = new Plainer(redactor).plain(meta instanceof Error ? { error: meta } : meta, []);
  return isRecord(plain) ? plain : { value: plain };
}

/** Copies a value into plain JSON, at most so deep and so many nodes. */
class Plainer {
  readonly #redactor: Redactor;
  #nodes = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  plain(value: unknown, ancestors: readonly object[]): unknown {
    this.#nodes += 1;
    if (typeof value === "string") return this.#line(value);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "boolean" || value === null || value === undefined) return value;
    if (typeof value !== "object") return this.#line(String(value));
    if (ancestors.includes(value)) return "[circular]";
    if (ancestors.length >= MAX_DEPTH || this.#nodes > MAX_NODES) return "[left out]";
    return this.#object(value, [...ancestors, value]);
  }

  #object(value: object, path: readonly object[]): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Error) return this.#error(value, path);
    if (value instanceof Set || Array.isArray(value)) return this.#list([...value], path);
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return Object.fromEntries(
      this.#within(entries).map(([key, item]) => this.#field(String(key), item, path)),
    );
  }

  #list(items: readonly unknown[], path: readonly object[]): unknown[] {
    return this.#within(items).map((item) => this.plain(item, path));
  }

  #field(key: string, item: unknown, path: readonly object[]): [string, unknown] {
    const isSecret = typeof item === "string" && this.#redactor.isSecretName(key);
    return [bounded(toLine(key), MAX_NAME_CHARS), isSecret ? MASK : this.plain(item, path)];
  }

  #error(error: Error, path: readonly object[]): unknown {
    const { code, cause }: { readonly code?: unknown; readonly cause?: unknown } = error;
    return {
      name: bounded(toLine(error.name), MAX_NAME_CHARS),
      message: readable(error.message, TEXT_LIMITS.message, this.#redactor),
      ...(code !== undefined && { code: this.plain(code, path) }),
      ...(error.stack !== undefined && { stack: this.#stack(error.stack) }),
      ...(cause !== undefined && { cause: this.plain(cause, path) }),
    };
  }

  #stack(stack: string): string {
    return bounded(
      this.#redactor.redact(toLines(bounded(stack, TEXT_LIMITS.stack * MARGIN))),
      TEXT_LIMITS.stack,
    );
  }

  #within<T>(items: readonly T[]): readonly T[] {
    return items.slice(0, Math.max(0, MAX_NODES - this.#nodes));
  }

  #line(text: string): string {
    return readable(text, TEXT_LIMITS.value, this.#redactor);
  }
}

/** Clean, then redacted, then cut: a secret must be whole to be recognised. */
function readable(text: string, limit: number, redactor: Redactor): string {
  return bounded(redactor.redact(toLine(bounded(text, limit * MARGIN))), limit);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
