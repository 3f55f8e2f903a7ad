import { type FileSystem, fileSystem } from "./file-system.ts";

/** What tells a process from another one that got its number later. Null where the system does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of the running system, and of the space its process numbers are from: containers have one each. */
  readonly bootId: string | null;
  /** In clock ticks since boot (Linux). */
  readonly startTime: string | null;
}

/** Identifies a process of this machine; without a start time there is none of that number. */
export async function processIdentity(
  pid: number,
  fs: Pick<FileSystem, "readFile" | "readlink"> = fileSystem,
): Promise<ProcessIdentity> {
  const [boot, space, startTime] = await Promise.all([
    fs.readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined),
    fs.readlink("/proc/self/ns/pid").catch(() => ""),
    startTimeOf(pid, fs),
  ]);
  return { pid, bootId: boot === undefined ? null : `${boot.trim()} ${space}`.trim(), startTime };
}

async function startTimeOf(pid: number, fs: Pick<FileSystem, "readFile">): Promise<string | null> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8");
    // The command name may hold spaces and parentheses: count fields after its last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
