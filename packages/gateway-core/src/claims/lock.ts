import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rm, type FileHandle } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { pid } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { GatewayError } from "../errors.ts";

const PROBE_TIMEOUT_MS = 1_000;
/** A look at the state reads it once; whoever starts meanwhile waits for its end. */
const LOOK_PATIENCE_MS = 10_000;
const LOOK_POLL_MS = 20;

/** What a holder writes about itself. Docs: configuration.md#one-gateway-per-state-folder */
export interface LockRecord {
  readonly pid: number;
  /** Start of that process in clock ticks since boot (Linux), to tell a reused pid. */
  readonly processStartTime: string | null;
  readonly bootId: string | null;
  readonly instanceId: string;
  /** Where it listens; 0 on a server of its host. */
  readonly port: number;
  /** Whether `/healthz` answers on 127.0.0.1: not on a server of its host, nor when only other addresses are served. */
  readonly isAskable: boolean;
  readonly configPath: string | null;
  readonly createdAt: number;
  /** Not a gateway: somebody looks at the state, which is soon over. */
  readonly isLook?: true;
}

/** Who claims. */
export interface Claimant {
  readonly port: number;
  readonly isAskable: boolean;
  readonly configPath?: string;
  readonly now: number;
  readonly instanceId: string;
  readonly isLook?: true;
}

export interface LockRequest extends Claimant {
  readonly stateDir: string;
}

export interface Lock {
  readonly path: string;
  /** Removes the lock file if it is still ours. */
  release(): Promise<void>;
}

/**
 * Claims the state folder for this process. A holder counts only while it answers on its port with the instance
 * id of its record: what a crash, a reboot or a reused pid left behind is replaced at once, nobody waits.
 *
 * @throws {GatewayError} STATE_IN_USE when a living gateway holds it, STATE_UNUSABLE
 */
export async function acquireLock({ stateDir, ...claimant }: LockRequest): Promise<Lock> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  return claimFile(join(stateDir, "gateway.lock"), claimant, (holder) => [
    `gateway already running (${holderText(holder)})`,
    "A second gateway needs a state folder of its own: OPENCLAW_STATE_DIR, or a profile (openclaw --profile <name> gateway)",
  ]);
}

/**
 * Claims whatever a lock file stands for, by the same rule.
 *
 * @param refuse what to say when a living gateway holds it, and what to change then
 * @throws {GatewayError} STATE_IN_USE when a living gateway holds it, STATE_UNUSABLE
 */
export async function claimFile(
  path: string,
  claimant: Claimant,
  refuse: (holder: LockRecord) => readonly [signature: string, fix: string],
): Promise<Lock> {
  const { instanceId, configPath = null, now: createdAt, ...rest } = claimant;
  const own = { pid, processStartTime: await processStartTime(pid), bootId: await bootId() };
  const record: LockRecord = { ...own, ...rest, instanceId, configPath, createdAt };
  for (let attempt = 0; attempt < 3; attempt++) {
    const file = await createExclusively(path);
    if (file) {
      await writeAndClose(file, record).catch((error: unknown) => giveUp(path, error));
      return { path, release: () => releaseOwn(path, instanceId) };
    }
    const holder = await readLock(path);
    if (holder?.isLook && (await isLookOver(path, holder))) continue;
    if (holder && (await isHolding(holder))) {
      const lines = refuse(holder);
      throw new GatewayError("STATE_IN_USE", lines[0], { lines, details: { holder, path } });
    }
    await removeLeftover(path);
  }
  throw new GatewayError("STATE_IN_USE", `could not claim ${path}: other gateways are starting on it`);
}

/** A holder in words: `pid 4242, port 18789`. */
export function holderText(holder: LockRecord): string {
  return `pid ${holder.pid}${holder.port > 0 ? `, port ${holder.port}` : ""}`;
}

/** The record in a lock file, or undefined when there is none or it does not parse. */
export async function readLock(path: string): Promise<LockRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path, "utf8"));
    return isLockRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isLockRecord(value: unknown): value is LockRecord {
  if (typeof value !== "object" || value === null) return false;
  return (
    "pid" in value &&
    typeof value.pid === "number" &&
    "instanceId" in value &&
    typeof value.instanceId === "string"
  );
}

async function createExclusively(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
    throw unusable(`cannot write the lock file ${path}`, error);
  }
}

async function writeAndClose(file: FileHandle, record: LockRecord): Promise<void> {
  try {
    await file.writeFile(`${JSON.stringify(record)}\n`);
  } finally {
    await file.close();
  }
}

/** A claim that could not be written down (a full disk) is none: it must not lie in the way of the next try. */
async function giveUp(path: string, cause: unknown): Promise<never> {
  await rm(path, { force: true });
  throw unusable(`cannot write the lock file ${path}`, cause);
}

async function removeLeftover(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw unusable(`cannot replace the lock file ${path}`, cause);
  }
}

function unusable(text: string, cause: unknown): GatewayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GatewayError("STATE_UNUSABLE", `${text}: ${reason}`, { cause });
}

async function releaseOwn(path: string, instanceId: string): Promise<void> {
  if ((await readLock(path))?.instanceId === instanceId) await rm(path, { force: true });
}

async function isHolding(holder: LockRecord): Promise<boolean> {
  if (holder.isAskable) return (await askInstanceId(holder.port)) === holder.instanceId;
  return isAlive(holder);
}

// A start that a mere look had kept from its state would not be tried again by a supervisor.
async function isLookOver(path: string, look: LockRecord): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < LOOK_PATIENCE_MS; waitedMs += LOOK_POLL_MS) {
    if ((await readLock(path))?.instanceId !== look.instanceId) return true;
    if (!(await isAlive(look))) return false;
    await sleep(LOOK_POLL_MS);
  }
  return false;
}

/** Whether the process that wrote a record is still there, answering or not. */
export async function isAlive(holder: LockRecord): Promise<boolean> {
  // A pid alone proves nothing: boots and containers reuse it. Boot and process start time must agree too.
  const isSameProcess = holder.processStartTime === (await processStartTime(holder.pid));
  return isSameProcess && holder.processStartTime !== null && holder.bootId === (await bootId());
}

/** Which gateway answers on a port of this machine: the `instanceId` of `/healthz`, undefined when none does. */
export function askInstanceId(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/healthz", timeout: PROBE_TIMEOUT_MS },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body = `${body}${chunk}`.slice(0, 4096);
        });
        response.on("end", () => resolve(instanceIdOf(body)));
        response.on("error", () => resolve(undefined));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

function instanceIdOf(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("instanceId" in value)) return undefined;
    return typeof value.instanceId === "string" ? value.instanceId : undefined;
  } catch {
    return undefined;
  }
}

async function bootId(): Promise<string | null> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return null;
  }
}

async function processStartTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command name may hold spaces and parentheses: count fields after its last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** A fresh id for one start of a gateway: the proof of who holds a lock or a port. */
export function newInstanceId(): string {
  return randomUUID();
}
