/** Time, as the caller has it. */
export interface Waiting {
  /** Resolves after a number of ms. */
  sleep(ms: number): Promise<void>;
  /** ms of some clock that does not go back. */
  now(): number;
}

const FIRST_LOOK_MS = 20;
const MOST_MS = 500;

/** Looks again and again, at once and then ever less often, until it is so or the time is up. */
export async function waitUntil(
  isSo: () => Promise<boolean>,
  { sleep, now, budgetMs }: Waiting & { readonly budgetMs: number },
): Promise<boolean> {
  const endAt = now() + budgetMs;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(MOST_MS, pauseMs * 2)) {
    if (await isSo()) return true;
    if (now() >= endAt) return false;
    await sleep(Math.min(pauseMs, Math.max(1, endAt - now())));
  }
}
