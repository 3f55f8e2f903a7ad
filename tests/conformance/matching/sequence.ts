import { at } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";
import type { Mismatch } from "./match.ts";
import { runIdOf } from "./streams.ts";

/**
 * Checks the numbers of one connection's events. Broadcast events count from 1 without holes; the events of a run
 * never count backwards, and a `chat` event carries the number of the `agent` event it mirrors when it was recorded so.
 */
export class Sequence {
  #last = 0;
  readonly #runs = new Map<string, number>();
  readonly #mirrors: ReadonlySet<string>;
  readonly #lastAgent = new Map<string, number>();

  constructor(recorded: readonly Frame[]) {
    this.#mirrors = mirroredStates(recorded);
  }

  /** Takes every event of the connection in order, also those that are not compared. */
  accept(frame: Frame): Mismatch[] {
    const problems: Mismatch[] = [];
    const { seq, event } = frame;
    if (typeof seq === "number") {
      if (seq !== this.#last + 1)
        problems.push({ path: `seq of ${String(event)}`, recorded: this.#last + 1, received: seq });
      this.#last = seq;
    }
    const runSeq = at(frame, "payload", "seq");
    if ((event === "agent" || event === "chat") && typeof runSeq === "number")
      problems.push(...this.#runEvent(frame, runSeq));
    return problems;
  }

  #runEvent(frame: Frame, runSeq: number): Mismatch[] {
    const runId = runIdOf(frame);
    const before = this.#runs.get(runId) ?? 0;
    this.#runs.set(runId, runSeq);
    const path = `payload.seq of ${String(frame["event"])} ${runId}`;
    if (frame["event"] === "agent") {
      this.#lastAgent.set(runId, runSeq);
      return runSeq > before ? [] : [{ path, recorded: `more than ${before}`, received: runSeq }];
    }
    const mirrored = this.#lastAgent.get(runId);
    const isMirror = this.#mirrors.has(String(at(frame, "payload", "state")));
    if (isMirror && mirrored !== undefined && mirrored !== runSeq)
      return [{ path, recorded: mirrored, received: runSeq }];
    return runSeq >= before ? [] : [{ path, recorded: `at least ${before}`, received: runSeq }];
  }
}

/** States of `chat` events that were recorded with the number of the `agent` event right before them. */
function mirroredStates(recorded: readonly Frame[]): ReadonlySet<string> {
  const mirrored = new Set<string>();
  const lastAgent = new Map<string, unknown>();
  for (const frame of recorded) {
    const seq = at(frame, "payload", "seq");
    if (frame["event"] === "agent") lastAgent.set(runIdOf(frame), seq);
    if (frame["event"] === "chat" && lastAgent.get(runIdOf(frame)) === seq)
      mirrored.add(String(at(frame, "payload", "state")));
  }
  return mirrored;
}
