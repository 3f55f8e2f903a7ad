import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import {
  ProcessTableError,
  type Listener,
  type Listeners,
  type ProcessInfo,
  type ProcessTable,
} from "./process-table.ts";
import { listeningSockets, type ListeningSocket } from "./proc-net.ts";
import { userName } from "./user-name.ts";

/** Reads the table of a Linux kernel. `ownPid` guards against a `/proc` that shows another PID namespace. */
export function procTable(ownPid: number, root = "/proc"): ProcessTable {
  const describe = (pid: number) => readProcess(root, pid);
  return {
    process: describe,
    listeners: async (port, likelyPid) => {
      const sockets = await readSockets(root, port);
      if (sockets.length === 0) return { holders: [], hiddenOwners: [] };
      await checkNamespace(root, ownPid);
      return findHolders(sockets, await socketOwners(root, sockets, likelyPid), describe);
    },
  };
}

/** With `unshare --pid` and the old `/proc`, its pids name other processes than `kill` would. */
async function checkNamespace(root: string, ownPid: number): Promise<void> {
  const self = await readlink(join(root, "self")).catch(() => "unreadable");
  if (self !== String(ownPid))
    throw new ProcessTableError(`${root} does not show the processes of this PID namespace`);
}

async function readSockets(root: string, port: number): Promise<ListeningSocket[]> {
  const read = (name: string) => readFile(join(root, "net", name), "utf8");
  // A kernel without IPv6 has no second table.
  const [tcp, tcp6] = await Promise.all([
    read("tcp").catch((cause: unknown) => {
      throw new ProcessTableError(`${root}/net/tcp cannot be read`, { cause });
    }),
    read("tcp6").catch(() => ""),
  ]);
  return [...listeningSockets(tcp, port), ...listeningSockets(tcp6, port)];
}

/** Which processes hold the sockets: several may share one, as children do that inherited it. */
async function socketOwners(
  root: string,
  sockets: readonly ListeningSocket[],
  likelyPid?: number,
): Promise<Map<number, Set<string>>> {
  const wanted = new Map(sockets.map((socket) => [`socket:[${socket.inode}]`, socket.inode]));
  const heldBy = (pid: number) => heldSockets(join(root, String(pid), "fd"), wanted);
  if (likelyPid !== undefined) {
    const held = await heldBy(likelyPid);
    if (held.size === wanted.size) return new Map([[likelyPid, held]]);
  }
  const pids = (await readdir(root)).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => [pid, await heldBy(pid)] as const));
  return new Map(found.filter(([, held]) => held.size > 0));
}

async function heldSockets(folder: string, wanted: ReadonlyMap<string, string>): Promise<Set<string>> {
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => "")));
  return new Set(links.flatMap((link) => wanted.get(link) ?? []));
}

async function findHolders(
  sockets: readonly ListeningSocket[],
  owners: ReadonlyMap<number, ReadonlySet<string>>,
  describe: ProcessTable["process"],
): Promise<Listeners> {
  const holders: Listener[] = [];
  const seen = new Set<string>();
  for (const [pid, inodes] of owners) {
    const process = await describe(pid);
    if (!process) continue;
    for (const inode of inodes) seen.add(inode);
    holders.push({
      process,
      addresses: sockets.filter((socket) => inodes.has(socket.inode)).map((socket) => socket.address),
    });
  }
  const hidden = sockets.filter((socket) => !seen.has(socket.inode));
  const hiddenOwners = await Promise.all(hidden.map((socket) => userName(socket.uid)));
  return { holders, hiddenOwners: [...new Set(hiddenOwners)] };
}

async function readProcess(root: string, pid: number): Promise<ProcessInfo | undefined> {
  const file = (name: string) => readFile(join(root, String(pid), name), "utf8");
  try {
    const [stat, status, commandLine] = await Promise.all([file("stat"), file("status"), file("cmdline")]);
    // The name is in parentheses and may hold spaces and parentheses: fields are counted after the last one.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return {
      pid,
      ppid: Number(fields[1]),
      startTime: fields[19] ?? "",
      uid,
      user: await userName(uid),
      name,
      command: commandLine.split("\0").join(" ").trim() || name,
    };
  } catch {
    return undefined;
  }
}
