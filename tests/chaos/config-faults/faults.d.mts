/** What a run did, by kind, and the first thing that was wrong with the fewest steps that lead to it. */
export interface FaultsTried {
  readonly sequences: number;
  readonly steps: number;
  readonly kinds: ReadonlyMap<string, number>;
  readonly violations: readonly {
    readonly problem: string;
    readonly index: number;
    readonly steps: readonly object[];
  }[];
}

/** Runs sequences of edits, calls and kills on a gateway process of their own, the same ones for a seed. */
export function tryFaults(options: {
  readonly seed: number;
  readonly count: number;
  /** Number of the only sequence to run. */
  readonly only?: number;
  /** This one's share of `parts` shares. */
  readonly part?: number;
  readonly parts?: number;
  readonly onProgress?: (done: number) => void;
}): Promise<FaultsTried>;
