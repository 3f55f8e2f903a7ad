import { ProcessTableError, type Listener, type ProcessInfo, type ProcessTable } from "@openclaw/service";
import { sameProcess, unownedReason, type Caller } from "./ownership.ts";

/** A listener that was stopped. */
export interface StoppedProcess {
  readonly pid: number;
  readonly command: string;
}

/** The port is free, or lines for the operator saying why it is not. */
export type FreePortResult =
  | { readonly ok: true; readonly stopped: readonly StoppedProcess[] }
  | { readonly ok: false; readonly lines: readonly string[]; readonly stopped: readonly StoppedProcess[] };

/** What freeing a port needs. */
export interface FreePortOptions {
  /** How the command is typed to mean this instance again. */
  readonly program: string;
  /** The line that was typed, without the flag. */
  readonly startLine: string;
  readonly port: number;
  /** The flag was repeated: processes of others, ancestors and PID 1 are stopped too, where permitted. */
  readonly isRepeated: boolean;
  readonly caller: Caller;
  readonly table: ProcessTable;
  signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void;
  /** Whether a gateway answers on the port; it is given time to say goodbye to its clients. */
  isGateway(port: number): Promise<boolean>;
  /** Makes a command line fit to be shown: no secrets, no control characters, bounded. */
  show(command: string): string;
  log(line: string): void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
}

const GRACE_MS = 700;
const GATEWAY_GRACE_MS = 6_000;
const KILL_GRACE_MS = 1_300;
const POLL_MS = 50;

/**
 * Stops whatever listens on one port, of the caller's own user: SIGTERM, then SIGKILL. Pid, start time and port are
 * read again right before each signal, so that no reused pid is hit (T-SVC-06).
 *
 * Docs: runbook.md#five-minute-start
 */
export async function freePort(options: FreePortOptions): Promise<FreePortResult> {
  try {
    return await new PortFreeing(options).run();
  } catch (error) {
    if (!(error instanceof ProcessTableError)) throw error;
    return { ok: false, lines: [`Force: Error: ${error.message}`], stopped: [] };
  }
}

class PortFreeing {
  readonly #o: FreePortOptions;
  readonly #stopped = new Map<number, StoppedProcess>();

  constructor(options: FreePortOptions) {
    this.#o = options;
  }

  async run(): Promise<FreePortResult> {
    const { port, table, log, now } = this.#o;
    const { holders, hiddenOwners } = await table.listeners(port);
    if (holders.length === 0 && hiddenOwners.length === 0) {
      log(`force: no listeners on port ${port}`);
      return this.#done();
    }
    const refusals = this.#refusals(holders, hiddenOwners);
    if (refusals.length > 0) return this.#failed(refusals);
    const startedAt = now();
    const graceMs = (await this.#o.isGateway(port)) ? GATEWAY_GRACE_MS : GRACE_MS;
    return (await this.#stopAll(holders, "SIGTERM", graceMs)) ?? (await this.#finish(holders, startedAt));
  }

  /** What a single flag must not touch, and what no flag can. */
  #refusals(holders: readonly Listener[], hiddenOwners: readonly string[]): string[] {
    const { program, startLine, port, isRepeated, caller, show } = this.#o;
    const held = `Force: port ${port} is held by`;
    const hidden = hiddenOwners.map(
      (user) =>
        `${held} a process of ${user} that this user cannot see. Stop it as ${ownerOrRoot(user)} (sudo lsof -nP -iTCP:${port} -sTCP:LISTEN names it), or use another port: ${program} gateway --port <port>`,
    );
    if (isRepeated) return hidden;
    const foreign = holders
      .filter(({ process }) => unownedReason(process, caller) !== undefined)
      .map(
        ({ process }) =>
          `${held} pid ${process.pid} ${process.user}: ${show(process.command)}. Repeat the flag to stop it anyway: ${startLine} --force --force`,
      );
    return [...foreign, ...hidden];
  }

  async #finish(holders: readonly Listener[], startedAt: number): Promise<FreePortResult> {
    const { port, log, now } = this.#o;
    const left = await this.#stillHolding(holders);
    if (left.length > 0) {
      log(`force: escalated to SIGKILL while freeing port ${port}`);
      const refusal = await this.#stopAll(left, "SIGKILL", KILL_GRACE_MS);
      if (refusal) return refusal;
    }
    const remaining = (await this.#o.table.listeners(port)).holders.map(({ process }) => process.pid);
    if (remaining.length > 0)
      return this.#failed([
        `Force: Error: port ${port} still has listeners after --force: ${remaining.join(", ")}`,
      ]);
    log(`force: waited ${now() - startedAt}ms for port ${port} to free`);
    return this.#done();
  }

  /** Signals each listener that is still the one that was found, and waits until the port is free or the time is over. */
  async #stopAll(
    holders: readonly Listener[],
    signal: "SIGTERM" | "SIGKILL",
    graceMs: number,
  ): Promise<FreePortResult | undefined> {
    for (const { process } of holders) {
      const refusal = await this.#stop(process, signal);
      if (refusal !== undefined) return this.#failed([refusal]);
    }
    const deadline = this.#o.now() + graceMs;
    while (this.#o.now() < deadline && (await this.#stillHolding(holders)).length > 0)
      await this.#o.sleep(POLL_MS);
    return undefined;
  }

  async #stop(process: ProcessInfo, signal: "SIGTERM" | "SIGKILL"): Promise<string | undefined> {
    const { port, table, log, show } = this.#o;
    const { pid, name } = process;
    const isListening = (await table.listeners(port)).holders.some((holder) =>
      sameProcess(holder.process, process),
    );
    if (!isListening) return undefined;
    try {
      this.#o.signal(pid, signal);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      return code === "ESRCH" ? undefined : this.#unstoppable(process, error);
    }
    if (!this.#stopped.has(pid)) {
      this.#stopped.set(pid, { pid, command: show(process.command) });
      log(`force: killed pid ${pid} (${show(name)}) on port ${port}`);
    }
    return undefined;
  }

  #unstoppable({ pid, user }: ProcessInfo, error: unknown): string {
    return `Force: Error: pid ${pid} of ${user} cannot be stopped: ${String(error)}. Stop it as ${ownerOrRoot(user)}: sudo kill ${pid}`;
  }

  async #stillHolding(holders: readonly Listener[]): Promise<Listener[]> {
    const now = await this.#o.table.listeners(this.#o.port);
    return now.holders.filter((holder) =>
      holders.some(({ process }) => sameProcess(process, holder.process)),
    );
  }

  #done(): FreePortResult {
    return { ok: true, stopped: [...this.#stopped.values()] };
  }

  #failed(lines: readonly string[]): FreePortResult {
    return { ok: false, lines, stopped: [...this.#stopped.values()] };
  }
}

function ownerOrRoot(user: string): string {
  return user === "root" ? "root" : `${user} or as root`;
}
