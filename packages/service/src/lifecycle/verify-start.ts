import { ServiceError } from "../errors.ts";
import type { ServiceRuntime, Step, Supervisor } from "../supervisor.ts";
import { waitUntil, type Waiting } from "./wait-until.ts";

/** How the gateway itself is asked. */
export interface StartWitness extends Waiting {
  /** Id of the boot of whoever answers on the service's port; undefined when no gateway does. */
  bootId(): Promise<string | undefined>;
  /** Longest time to wait, in ms. @default 60000 */
  readonly budgetMs?: number;
}

/** A service that answers. */
export interface VerifiedStart {
  readonly steps: readonly Step[];
  readonly bootId: string;
  readonly pid?: number;
}

const BUDGET_MS = 60_000;

/**
 * Restarts a service and waits until a gateway answers that is not the one from before: a boot id is new for every start,
 * while pids come back and an old process may go on answering for a while.
 *
 * @throws {ServiceError} not_started: it failed, or nobody new answered in time; else as {@link Supervisor.restart}
 */
export async function restartVerified(supervisor: Supervisor, witness: StartWitness): Promise<VerifiedStart> {
  const before = await witness.bootId();
  return awaitNewBoot(supervisor, { ...witness, steps: await supervisor.restart(), before });
}

/** Starts a service that is stopped and waits until its gateway answers; one that runs is left alone. */
export async function startVerified(supervisor: Supervisor, witness: StartWitness): Promise<VerifiedStart> {
  const { status } = await supervisor.readRuntime();
  // Whoever answered before a stopped service is started, it was not the service.
  const before = status === "running" ? undefined : await witness.bootId();
  return awaitNewBoot(supervisor, { ...witness, steps: await supervisor.start(), before });
}

interface Wanted extends StartWitness {
  readonly steps: readonly Step[];
  /** Boot id that does not count. */
  readonly before: string | undefined;
}

async function awaitNewBoot(supervisor: Supervisor, wanted: Wanted): Promise<VerifiedStart> {
  const { before, steps, budgetMs = BUDGET_MS } = wanted;
  let bootId: string | undefined;
  let runtime: ServiceRuntime = { status: "unknown" };
  const isUp = async () => {
    [bootId, runtime] = await Promise.all([wanted.bootId(), supervisor.readRuntime()]);
    if (runtime.state === "failed") throw failed(supervisor, runtime);
    return runtime.status === "running" && bootId !== undefined && bootId !== before;
  };
  const isDone = await waitUntil(isUp, { sleep: wanted.sleep, now: wanted.now, budgetMs });
  if (!isDone || bootId === undefined) throw late(supervisor, { runtime, bootId, before, budgetMs });
  return { steps, bootId, ...(runtime.pid !== undefined && { pid: runtime.pid }) };
}

function failed({ name, logCommand }: Supervisor, runtime: ServiceRuntime): ServiceError {
  const { lastRunResult = "failed", lastExitStatus } = runtime;
  const exit = lastExitStatus === undefined ? "" : `, exit code ${lastExitStatus}`;
  const hints = [...(lastExitStatus === 78 ? ["openclaw config validate"] : []), logCommand];
  return new ServiceError("not_started", `${name} did not start (${lastRunResult}${exit})`, { hints });
}

interface Late {
  readonly runtime: ServiceRuntime;
  readonly bootId: string | undefined;
  readonly before: string | undefined;
  readonly budgetMs: number;
}

function late({ name, logCommand }: Supervisor, { runtime, bootId, before, budgetMs }: Late): ServiceError {
  const { status, state, pid } = runtime;
  const facts = [
    `status=${status}`,
    ...(state === undefined ? [] : [`state=${state}`]),
    ...(pid === undefined ? [] : [`pid=${pid}`]),
  ];
  const seen =
    bootId === undefined
      ? "no gateway answers on its port"
      : bootId === before
        ? "the gateway from before still answers on its port"
        : "another gateway answers on its port";
  const seconds = Math.round(budgetMs / 1000);
  const message = `Timed out after ${seconds}s waiting for ${name} to become healthy: ${seen} (${facts.join(", ")})`;
  return new ServiceError("not_started", message, {
    hints: ["openclaw gateway status --deep", logCommand],
  });
}
