/** How a bounded wait ended. */
export type Ending = "done" | "late" | "cut";

/** Bounds of a wait. */
export interface WaitBounds {
  readonly budgetMs: number;
  /** Ends the wait at once. */
  readonly cut: Promise<unknown>;
}

/** Waits for work, but no longer than its budget and not when somebody is in a hurry. Rejects as the work does. */
export async function waitWithin(work: Promise<unknown>, { budgetMs, cut }: WaitBounds): Promise<Ending> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve("late"), budgetMs);
  });
  try {
    return await Promise.race([work.then((): Ending => "done"), late, cut.then((): Ending => "cut")]);
  } finally {
    clearTimeout(timer);
  }
}
