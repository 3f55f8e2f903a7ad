import type { AgentWrite, RunRecord } from "../store.ts";
import { closeTurn } from "./close-turn.ts";
import type { Lane, LaneTicket } from "./lanes.ts";
import { Narrator } from "./narrator.ts";
import { openTurn, type OpenTurn } from "./open-turn.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import { finishedRecord, unstartedOutcome } from "./run-record.ts";
import type { Run } from "./run.ts";
import { tellEnd, tellInput, tellPhase } from "./session-telling.ts";
import { Turn } from "./turn.ts";
import type { RunOutcome } from "./types.ts";

/** A run that was accepted while its session was busy: its user line is in no transcript yet. */
export interface WaitingRun {
  readonly waiting: RunRecord;
}

/** Whether the user line of an accepted run is in its transcript. */
export function isOpen(accepted: OpenTurn | WaitingRun): accepted is OpenTurn {
  return !("waiting" in accepted);
}

/** Takes an accepted run through its lanes and its turn to its end. */
export class RunExecution {
  readonly #ctx: RunContext;
  readonly #run: Run;
  readonly #order: RunOrder;
  readonly #mainLane: Lane;
  readonly #narrator: Narrator;

  constructor(ctx: RunContext, o: { readonly run: Run; readonly order: RunOrder; readonly mainLane: Lane }) {
    this.#ctx = ctx;
    this.#run = o.run;
    this.#order = o.order;
    this.#mainLane = o.mainLane;
    this.#narrator = new Narrator(o.run, ctx.now);
  }

  /** Never throws. `release` is called between the last event and the end of the run. */
  async run(ticket: LaneTicket, accepted: OpenTurn | WaitingRun, release: () => void): Promise<void> {
    const outcome = await this.#outcome(ticket, accepted).catch((error: unknown) => this.#broken(error));
    if (outcome.status === "error") {
      const { reason, message: error } = outcome;
      this.#ctx.logger?.warn("run failed", { ...this.#run.facts, reason, error });
    }
    this.#narrator.end(outcome);
    release();
    tellEnd(this.#ctx, this.#run, outcome);
    this.#run.end(outcome);
  }

  async #outcome(ticket: LaneTicket, accepted: OpenTurn | WaitingRun): Promise<RunOutcome> {
    if (isOpen(accepted)) return this.#converse(accepted);
    const isReached = await reachedBeforeAbort(ticket.ready, this.#run.signal);
    if (!isReached) return this.#cancel(accepted.waiting);
    const open = await openTurn(this.#ctx, this.#run, this.#order);
    tellInput(this.#ctx, this.#run, open);
    return this.#converse(open);
  }

  async #converse(open: OpenTurn): Promise<RunOutcome> {
    const place = this.#mainLane.take(this.#run.facts);
    let timer: NodeJS.Timeout | undefined;
    try {
      if (await reachedBeforeAbort(place.ready, this.#run.signal)) {
        this.#run.startedAt = this.#ctx.now();
        timer = setTimeout(() => this.#run.abort("timeout"), this.#order.timeoutMs);
        this.#narrator.start(this.#run.startedAt);
        tellPhase(this.#ctx, this.#run, "start");
      }
      const turn = new Turn(this.#ctx, {
        run: this.#run,
        order: this.#order,
        open,
        narrator: this.#narrator,
      });
      const result = await turn.run();
      clearTimeout(timer);
      return await closeTurn(this.#ctx, this.#run, { open, result });
    } finally {
      clearTimeout(timer);
      place.release();
    }
  }

  /** A run that was cut short before its turn. Its text stays only if the user did not take it back. */
  async #cancel(waiting: RunRecord): Promise<RunOutcome> {
    const stopReason = this.#run.abortReason ?? "rpc";
    const { sessionId } = waiting;
    return this.#ctx.book.update(this.#run.sessionKey, async () => {
      const now = this.#ctx.now();
      const outcome = unstartedOutcome(this.#run, { endedAt: now, status: "aborted", stopReason });
      const writes: AgentWrite[] = [{ type: "run.put", run: finishedRecord(waiting, outcome) }];
      if (stopReason === "shutdown" && sessionId !== "") {
        const writer = await this.#ctx.book.writer(sessionId, now);
        writer.message(waiting.input.message);
        writes.push({ type: "transcript.append", sessionId, lines: writer.lines });
      }
      return { writes, result: outcome };
    });
  }

  /** What is left to say when the store itself failed. */
  #broken(error: unknown): RunOutcome {
    this.#ctx.logger?.error("a run could not be saved", { ...this.#run.facts, error });
    const message = "The run could not be saved.";
    return unstartedOutcome(this.#run, {
      endedAt: this.#ctx.now(),
      status: "error",
      reason: "unknown",
      message,
    });
  }
}

/** False when the run was cut short first. */
function reachedBeforeAbort(ready: Promise<void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(false);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void ready.then(() => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    });
  });
}
