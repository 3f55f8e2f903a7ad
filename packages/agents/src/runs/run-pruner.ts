import type { AgentsLimits } from "../agents.ts";
import type { AgentWrite } from "../store.ts";

const EVERY_RUNS = 64;
const EVERY_MS = 60_000;

/** Now and then adds the removal of old finished runs to a commit that happens anyway. */
export class RunPruner {
  readonly #limits: AgentsLimits;
  #sinceLast = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(limits: AgentsLimits) {
    this.#limits = limits;
  }

  /** Writes to add to the commit that ends a run. */
  writes(now: number): readonly AgentWrite[] {
    this.#sinceLast += 1;
    if (this.#sinceLast < EVERY_RUNS && Math.abs(now - this.#lastAt) < EVERY_MS) return [];
    this.#sinceLast = 0;
    this.#lastAt = now;
    const { finishedRunMs, finishedRuns: keep, finishedRunsPerPrincipal: keepPerPrincipal } = this.#limits;
    return [{ type: "runs.prune", endedBefore: now - finishedRunMs, keep, keepPerPrincipal }];
  }
}
