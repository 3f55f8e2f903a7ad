/** A request to stop. */
export type StopSignal = "SIGTERM" | "SIGINT";

/** Signals that ask for a restart: the runbook's, and one that Node does not use itself. */
export type RestartSignal = "SIGUSR1" | "SIGUSR2";

/** The part of `process` that signals come from. */
export type SignalSource = Pick<NodeJS.Process, "on" | "off">;

/** Signals of this process, remembered until somebody takes them. */
export interface Signals {
  /** The first request to stop; also when it came before the call. */
  readonly stop: Promise<StopSignal>;
  /** A second request: somebody does not want to wait. */
  readonly stopAgain: Promise<StopSignal>;
  /** Calls back for every request to restart; there is one listener. */
  onRestart(listener: (signal: RestartSignal) => void): void;
  /** Gives the signals back to Node's defaults. */
  release(): void;
}

// `npm start` passes the terminal's Ctrl+C on although the whole group got it: one key press, two signals.
const SAME_PRESS_MS = 250;

/**
 * Takes the signals over. Call it first of all: until then SIGUSR1 opens Node's debugger port, and as PID 1 of a
 * container a process without handlers cannot be stopped at all.
 */
export function takeSignals(source: SignalSource, now: () => number = Date.now): Signals {
  const first = deferred<StopSignal>();
  const second = deferred<StopSignal>();
  let stoppedAt: number | undefined;
  let restartListener: ((signal: RestartSignal) => void) | undefined;

  const onStop = (signal: StopSignal) => {
    stoppedAt ??= now();
    first.resolve(signal);
    if (now() - stoppedAt > SAME_PRESS_MS) second.resolve(signal);
  };
  const handlers: [NodeJS.Signals, () => void][] = [
    ["SIGUSR1", () => restartListener?.("SIGUSR1")],
    ["SIGUSR2", () => restartListener?.("SIGUSR2")],
    ["SIGTERM", () => onStop("SIGTERM")],
    ["SIGINT", () => onStop("SIGINT")],
  ];
  for (const [signal, handler] of handlers) source.on(signal, handler);
  return {
    stop: first.promise,
    stopAgain: second.promise,
    onRestart: (listener) => {
      restartListener = listener;
    },
    release: () => {
      for (const [signal, handler] of handlers) source.off(signal, handler);
    },
  };
}

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
