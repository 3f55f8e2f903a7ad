import type { MessageLine } from "../sessions/transcript.ts";
import type { OpenTurn } from "./open-turn.ts";
import type { RunContext } from "./run-context.ts";
import type { Run } from "./run.ts";
import type { RunOutcome } from "./types.ts";

// What those who watch a session hear of its runs, besides the runs' own events.

/** A line as it was written, and its place in the transcript, counted from 1. */
export interface WrittenLine {
  readonly line: MessageLine;
  readonly position: number;
}

/** Somebody asked for the run. */
export function tellAccepted(ctx: RunContext, run: Run): void {
  if (run.entry !== undefined) ctx.news.changed(run.entry, { reason: "send" });
}

/** The user's line is in the transcript. */
export function tellInput(ctx: RunContext, run: Run, open: OpenTurn): void {
  const idempotencyKey = `${run.runId}:user`;
  ctx.news.message(open.entry, { line: open.input, position: open.inputPosition, idempotencyKey });
}

/** The run wrote a line. */
export function tellMessage(ctx: RunContext, run: Run, written: WrittenLine): void {
  if (run.entry !== undefined) ctx.news.message(run.entry, { ...written, runId: run.runId });
}

/** The run went on to its next phase. */
export function tellPhase(ctx: RunContext, run: Run, phase: "start" | "end" | "error"): void {
  if (run.entry !== undefined) ctx.news.changed(run.entry, { phase, runId: run.runId });
}

/** The run is over. */
export function tellEnd(ctx: RunContext, run: Run, outcome: RunOutcome): void {
  tellPhase(ctx, run, outcome.status === "error" ? "error" : "end");
}
