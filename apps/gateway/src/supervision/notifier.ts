import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import type { SubsystemLogger } from "../logging/logging.ts";

/** Tells the supervisor how the gateway is. */
export interface Notifier {
  /** It serves now; from here on the supervisor hears regularly that the event loop goes round. */
  ready(status: string): void;
  /** It is about to end, on purpose. */
  stopping(): void;
  /** Ends the pings. */
  close(): void;
}

/** What the notifier needs. */
export interface NotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This process, which the watchdog must mean. */
  readonly pid: number;
  readonly logger: Pick<SubsystemLogger, "warn">;
  /** Runs systemd's own program for this; Node.js cannot send to the socket itself. @default `systemd-notify` */
  readonly send?: (words: readonly string[], socket: string) => Promise<string | undefined>;
}

/** Pings per watchdog interval: one may be lost, and the loop may be late. */
const PINGS = 3;
const SEND_MS = 5_000;
const PROGRAMS = [
  "/usr/bin/systemd-notify",
  "/bin/systemd-notify",
  "/run/current-system/sw/bin/systemd-notify",
];

/**
 * A notifier for systemd, or one that does nothing when systemd did not ask for it (`NOTIFY_SOCKET`). The pings come from a
 * timer of the event loop and from nowhere else: a loop that stands still sends none, and systemd starts the gateway anew.
 *
 * Docs: runbook.md#service
 */
export function createNotifier({ env, pid, logger, send = sendByProgram }: NotifierOptions): Notifier {
  const socket = env["NOTIFY_SOCKET"] ?? "";
  if (socket === "") return { ready: () => {}, stopping: () => {}, close: () => {} };
  let timer: ReturnType<typeof setInterval> | undefined;
  let isSending = false;
  let hasWarned = false;
  const tell = async (...words: readonly string[]) => {
    const problem = await send(words, socket);
    if (problem === undefined || hasWarned) return;
    hasWarned = true;
    logger.warn(`systemd was not told ${words[0] ?? ""}: ${problem}`);
  };
  const ping = async () => {
    // A program that hangs is not started again and again.
    if (isSending) return;
    isSending = true;
    await tell("WATCHDOG=1");
    isSending = false;
  };
  return {
    ready: (status) => {
      void tell("READY=1", `STATUS=${status}`);
      const periodMs = watchdogMs(env, pid) / PINGS;
      if (timer === undefined && periodMs > 0) timer = setInterval(() => void ping(), periodMs);
    },
    stopping: () => void tell("STOPPING=1"),
    close: () => clearInterval(timer),
  };
}

/** Time without a ping after which systemd acts, in ms; 0 when it does not watch this process. */
function watchdogMs(env: NotifierOptions["env"], pid: number): number {
  const watched = env["WATCHDOG_PID"];
  if (watched !== undefined && watched !== String(pid)) return 0;
  const usec = Number(env["WATCHDOG_USEC"] ?? 0);
  return Number.isFinite(usec) && usec > 0 ? usec / 1_000 : 0;
}

/** Resolves with what went wrong, if anything did. */
function sendByProgram(words: readonly string[], socket: string): Promise<string | undefined> {
  const program = PROGRAMS.find(isExecutable);
  if (program === undefined) return Promise.resolve("there is no systemd-notify on this machine");
  return new Promise((resolve) => {
    const options = { env: { NOTIFY_SOCKET: socket }, timeout: SEND_MS };
    execFile(program, [...words], options, (error) => resolve(error?.message));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
