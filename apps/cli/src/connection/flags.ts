import { CliFailure } from "../failure.ts";

/** Connection options as typed. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly token?: string;
  readonly password?: string;
  readonly port?: string;
  readonly timeout?: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** `--timeout` in ms. */
export function timeoutMs({ timeout }: ConnectionFlags, defaultMs = DEFAULT_TIMEOUT_MS): number {
  if (timeout === undefined) return defaultMs;
  const ms = Number(timeout);
  if (Number.isInteger(ms) && ms > 0) return ms;
  throw new CliFailure(`invalid --timeout: ${timeout}`, { code: "usage" });
}

/** Waits longer than usual unless told otherwise: for what is often far away, or happens in its own time. */
export function patient<F extends ConnectionFlags>(flags: F): F {
  return { ...flags, timeout: flags.timeout ?? "30000" };
}
