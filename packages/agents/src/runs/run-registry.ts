import type { Run } from "./run.ts";

/** The runs that have not ended, in the order they were accepted. Finished ones are the store's business. */
export class RunRegistry {
  readonly #runs = new Map<string, Run>();
  readonly #perPrincipal = new Map<string, number>();
  #askedChars = 0;

  get size(): number {
    return this.#runs.size;
  }

  /** Characters of what all of them were asked. */
  get askedChars(): number {
    return this.#askedChars;
  }

  /** How many runs of a principal have not ended. */
  countOf(principal: string): number {
    return this.#perPrincipal.get(principal) ?? 0;
  }

  get(principal: string, runId: string): Run | undefined {
    return this.#runs.get(keyOf(principal, runId));
  }

  add(run: Run): void {
    const { principal, runId, askedChars } = run.identity;
    this.#askedChars += askedChars;
    this.#runs.set(keyOf(principal, runId), run);
    this.#perPrincipal.set(principal, this.countOf(principal) + 1);
  }

  remove(run: Run): void {
    const { principal, runId, askedChars } = run.identity;
    if (!this.#runs.delete(keyOf(principal, runId))) return;
    this.#askedChars -= askedChars;
    const left = this.countOf(principal) - 1;
    if (left > 0) this.#perPrincipal.set(principal, left);
    else this.#perPrincipal.delete(principal);
  }

  /** The principal's own run of that id, else the only other one. */
  find(principal: string, runId: string): Run | undefined {
    const own = this.get(principal, runId);
    if (own !== undefined) return own;
    const others = this.all().filter((run) => run.runId === runId);
    return others.length === 1 ? others[0] : undefined;
  }

  ofSession(sessionKey: string): readonly Run[] {
    return this.all().filter((run) => run.sessionKey === sessionKey);
  }

  all(): readonly Run[] {
    return [...this.#runs.values()];
  }
}

function keyOf(principal: string, runId: string): string {
  return JSON.stringify([principal, runId]);
}
