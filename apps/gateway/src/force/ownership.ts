import type { ProcessInfo, ProcessTable } from "@openclaw/service";

/** Who runs `--force`. */
export interface Caller {
  readonly uid: number;
  /** Ids of its parent, the parent's parent, and so on. */
  readonly ancestors: ReadonlySet<number>;
}

const MAX_ANCESTORS = 64;

/** Why a single `--force` must leave a process alone; undefined when it may stop it. */
export function unownedReason(
  process: ProcessInfo,
  caller: Caller,
): "init" | "ancestor" | "other-user" | undefined {
  if (process.pid === 1) return "init";
  if (caller.ancestors.has(process.pid)) return "ancestor";
  return process.uid === caller.uid ? undefined : "other-user";
}

/** Whether two readings show one process; a reused pid started at another time. */
export function sameProcess(a: ProcessInfo, b: ProcessInfo): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}

/** Walks up from a process to the root. */
export async function findAncestors(
  table: Pick<ProcessTable, "process">,
  parentPid: number,
): Promise<ReadonlySet<number>> {
  const ancestors = new Set<number>();
  for (let pid = parentPid; pid > 0 && !ancestors.has(pid) && ancestors.size < MAX_ANCESTORS;) {
    ancestors.add(pid);
    pid = (await table.process(pid))?.ppid ?? 0;
  }
  return ancestors;
}
