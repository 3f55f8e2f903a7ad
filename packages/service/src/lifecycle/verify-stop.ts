import type { Step, Supervisor } from "../supervisor.ts";
import { waitUntil, type Waiting } from "./wait-until.ts";

/** How the rest of the machine is asked. */
export interface StopWitness extends Waiting {
  /** Whether a process is still there. */
  isAlive(pid: number): Promise<boolean>;
  /** Who listens on the service's port: a pid, `true` for somebody unknown, `false` for nobody. */
  listener(): Promise<number | boolean>;
}

/** A stop, and what was seen after it. */
export interface VerifiedStop {
  readonly steps: readonly Step[];
  /** Absent when the process and its port are gone. */
  readonly problem?: { readonly text: string; readonly hints: readonly string[] };
}

/** What a stopped process may need to vanish from the tables of the kernel. */
const GONE_MS = 3_000;

/**
 * Stops a service and looks whether it is so: its process is gone, and its port is free.
 *
 * @throws {ServiceError} as {@link Supervisor.stop}
 */
export async function stopVerified(supervisor: Supervisor, witness: StopWitness): Promise<VerifiedStop> {
  const { pid } = await supervisor.readRuntime();
  const steps = await supervisor.stop();
  const isGone = async () => pid === undefined || !(await witness.isAlive(pid));
  const isFree = async () => (await witness.listener()) === false;
  const isDone = async () => (await isGone()) && (await isFree());
  if (await waitUntil(isDone, { ...witness, budgetMs: GONE_MS })) return { steps };
  if (!(await isGone())) {
    const text = `systemd says ${supervisor.name} is stopped, but its process ${String(pid)} is still there.`;
    return {
      steps,
      problem: { text, hints: [`look what it waits for: ps -o pid,stat,wchan,args -p ${String(pid)}`] },
    };
  }
  const holder = await witness.listener();
  const who = typeof holder === "number" ? `process ${holder}` : "another process";
  return {
    steps,
    problem: {
      text: `${supervisor.name} is stopped, but ${who} listens on its port.`,
      hints: [
        "a gateway that was started by hand is not stopped by this command: openclaw gateway status --deep",
      ],
    },
  };
}
