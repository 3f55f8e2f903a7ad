import type { ConnectionErrorCode } from "@openclaw/client";

import type { Io } from "./io.ts";
import { prose } from "./output/prose.ts";

/** What a failed command is called under `--json`; a refused request keeps the gateway's own code. */
export type FailureCode =
  ConnectionErrorCode | "insecure_url" | "config_invalid" | "usage" | "not_found" | "failed" | (string & {});

/** Parts of a {@link CliFailure} besides its message. */
export interface FailureParts {
  readonly code: FailureCode;
  /** Put right before the message in text. @default "Error: " */
  readonly label?: string;
  /** Printed above the message. */
  readonly preface?: readonly string[];
  /** Printed below the message. */
  readonly details?: readonly string[];
  /** What to do next, one line. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** @default 1 */
  readonly exitCode?: number;
}

/** A failure the user is told about in plain words: no stack, an exit code. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly code: FailureCode;
  readonly label: string;
  readonly preface: readonly string[];
  readonly details: readonly string[];
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, parts: FailureParts) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = parts.code;
    this.label = parts.label ?? "Error: ";
    this.preface = parts.preface ?? [];
    this.details = parts.details ?? [];
    this.hint = parts.hint;
    this.exitCode = parts.exitCode ?? 1;
  }
}

/** How one command reports its failures. */
export interface FailureStyle {
  /** Results go to stdout as JSON, and so does the failure. */
  readonly json: boolean;
  /** Put before the message and its label in text, e.g. `Gateway call failed: `. */
  readonly prefix: string;
}

/** Prints a failure and returns the exit code. Docs: troubleshooting.md#connection-errors */
export function reportFailure(io: Io, failure: CliFailure, style: FailureStyle): number {
  if (style.json) {
    io.stdout.write(`${JSON.stringify(failureObject(failure), null, 2)}\n`);
  } else {
    const hint = failure.hint === undefined ? [] : [`Next: ${failure.hint}`];
    const message = `${style.prefix}${failure.label}${failure.message}`;
    const lines = [...failure.preface, message, ...failure.details, ...hint];
    io.stderr.write(`${prose(io, io.stderr, lines).join("\n")}\n`);
  }
  return failure.exitCode;
}

/** A failure for programs: `{"ok":false,"error":{"code":"unreachable","message":"…","hint":"…"}}`. */
export function failureObject({ code, message, hint }: CliFailure): object {
  return { ok: false, error: { code, message, ...(hint !== undefined && { hint }) } };
}

/** Last resort for what no command expected. @param json stdout gets an object, as with any other failure */
export function reportUnexpected(io: Io, error: unknown, json: boolean): number {
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`[openclaw] Failed to start CLI: ${message}\n`);
  if (json) {
    const failure = new CliFailure(message, { code: "failed" });
    io.stdout.write(`${JSON.stringify(failureObject(failure), null, 2)}\n`);
  }
  return 1;
}
