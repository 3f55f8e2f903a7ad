/** A gateway of this machine and its shared secret. */
export interface Target {
  readonly url: string;
  readonly secret: string;
}

/** What a run sent, what came back by class, and the first things that were wrong. */
export interface Tally {
  readonly sent: number;
  readonly classes: ReadonlyMap<string, number>;
  readonly violations: readonly {
    readonly problem: string;
    readonly message: string;
    readonly got: string;
  }[];
}

/** Sends `frames` messages, the same ones for a seed. */
export function fuzz(
  target: Target,
  options: { readonly frames: number; readonly seed: number; readonly onProgress?: (sent: number) => void },
): Promise<Tally>;

/** Asks for `health` over and over until stopped; times in ms, shortest first. */
export function watchHealth(
  target: Target,
): Promise<{ stop(): Promise<{ readonly times: readonly number[]; readonly isAlive: boolean }> }>;
