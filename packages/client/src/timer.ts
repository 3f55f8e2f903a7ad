// Longer delays overflow the runtime's 32-bit timers, which then fire at once.
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Runs `task` once after `delayMs` and returns the function that cancels it. An infinite delay never fires.
 * The timer does not keep the process alive: what is alive is the socket it watches.
 */
export function schedule(delayMs: number, task: () => void): () => void {
  if (delayMs === Number.POSITIVE_INFINITY) return () => undefined;
  const timer = setTimeout(task, Math.min(delayMs, LONGEST_TIMER_MS));
  detach(timer);
  return () => clearTimeout(timer);
}

// Browsers hand out numbers, Node objects that can be detached from the process' life.
function detach(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. Keeps the process alive. */
export function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, delayMs);
    const abort = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Settles like `promise`, but rejects with the signal's reason as soon as it is aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortReason(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const end = () => signal.removeEventListener("abort", abort);
    promise.finally(end).then(resolve, reject);
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal.reason });
}
