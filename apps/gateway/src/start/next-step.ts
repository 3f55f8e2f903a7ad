import { commandName, type Env, type GatewayFlags, type Paths, runWords, startFix } from "@openclaw/config";
import type { Refusal } from "./prepare.ts";

/** How the start was typed. */
export interface TypedStart {
  readonly paths: Paths;
  /** Environment of the process, without what files add to it. */
  readonly env: Env;
  readonly flags: GatewayFlags;
}

/** Ends a refusal with what to type next, where one line makes the start possible. Docs: runbook.md#failure-signatures */
export function withNextStep(refusal: Refusal, { paths, env, flags }: TypedStart): Refusal {
  const known = refusal.code === undefined ? undefined : startFix(refusal.code, flags);
  const fix = refusal.fix ?? known;
  if (fix === undefined) return refusal;
  return { ...refusal, lines: [...refusal.lines, `Next: ${commandName(paths, env)} ${fix}`] };
}

/** The line that starts the same gateway again. */
export function startLine({ paths, env, flags }: TypedStart): string {
  return `${commandName(paths, env)} ${runWords(flags)}`;
}

/** The line that starts the same gateway on a port, whoever listens there now. */
export function takePortLine({ flags, ...start }: TypedStart, port: number): string {
  return `${startLine({ ...start, flags: { ...flags, port } })} --force`;
}
