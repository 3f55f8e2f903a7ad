import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { createServer } from "node:net";

import { listeningSockets, type ListeningSocket } from "./proc-net.ts";

/** A process that listens on a port; the first of its addresses. */
export interface PortListener {
  readonly pid: number;
  readonly command: string;
  readonly address: string;
  readonly commandLine: string;
  readonly user: string;
  readonly ppid: number;
}

/** Who uses a port. */
export interface PortUsage {
  readonly port: number;
  readonly status: "busy" | "free" | "unknown";
  readonly listeners: readonly PortListener[];
  readonly hints: readonly string[];
}

/**
 * Finds out who listens on a port. Linux tells by `/proc`; elsewhere only whether the port can be bound.
 *
 * @param likelyPid looked at first: reading every process of the machine takes its time
 */
export async function inspectPort(port: number, likelyPid?: number): Promise<PortUsage> {
  const sockets = await readListeningSockets(port);
  if (sockets === undefined) return bindTest(port);
  if (sockets.length === 0) return { port, status: "free", listeners: [], hints: [] };
  const listeners = await findListeners(sockets, likelyPid);
  return { port, status: "busy", listeners, hints: [hintFor(listeners)] };
}

/** A port whose listener has told its pid: nothing has to be looked for. */
export async function knownListener(port: number, pid: number): Promise<PortUsage> {
  const listeners = [await describeListener(String(pid), `127.0.0.1:${port}`)];
  return { port, status: "busy", listeners, hints: [hintFor(listeners)] };
}

/** Whether a listener is a gateway, going by its command line. */
export function looksLikeGateway({ commandLine }: PortListener): boolean {
  return commandLine.includes("openclaw");
}

function hintFor(listeners: readonly PortListener[]): string {
  if (listeners.length === 0) {
    return "Port is in use but process details are unavailable (run as the listener's user or as an admin user).";
  }
  if (listeners.some(looksLikeGateway)) {
    return "Gateway already running locally. Stop it (openclaw gateway stop) or use a different port.";
  }
  return listeners.length === 1
    ? "Another process is listening on this port."
    : "Several processes are listening on this port.";
}

async function readListeningSockets(port: number): Promise<ListeningSocket[] | undefined> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => textOf(`/proc/net/${name}`)));
  if (tables[0] === undefined) return undefined;
  return tables.flatMap((table) => listeningSockets(table ?? "", port));
}

async function findListeners(
  sockets: readonly ListeningSocket[],
  likelyPid?: number,
): Promise<PortListener[]> {
  const likely = likelyPid === undefined ? undefined : await listenerOf(String(likelyPid), sockets);
  if (likely) return [likely];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => listenerOf(pid, sockets)));
  return found.filter((listener) => listener !== undefined);
}

async function listenerOf(
  pid: string,
  sockets: readonly ListeningSocket[],
): Promise<PortListener | undefined> {
  const folder = `/proc/${pid}`;
  const fds = await readdir(`${folder}/fd`).catch(() => []);
  const links = await Promise.all(fds.map((fd) => readlink(`${folder}/fd/${fd}`).catch(() => "")));
  const socket = sockets.find(({ inode }) => links.includes(`socket:[${inode}]`));
  return socket && describeListener(pid, socket.address);
}

async function describeListener(pid: string, address: string): Promise<PortListener> {
  const folder = `/proc/${pid}`;
  const [commandLine, status, owner] = await Promise.all([
    textOf(`${folder}/cmdline`),
    textOf(`${folder}/status`),
    stat(folder).catch(() => undefined),
  ]);
  const command = field(status, "Name");
  return {
    pid: Number(pid),
    command,
    address,
    commandLine: (commandLine ?? "").replaceAll("\0", " ").trim() || command,
    user: owner ? await userName(owner.uid) : "unknown",
    ppid: Number(field(status, "PPid")),
  };
}

function field(status: string | undefined, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status ?? "")?.[1] ?? "";
}

async function userName(uid: number): Promise<string> {
  const users = ((await textOf("/etc/passwd")) ?? "").split("\n").map((line) => line.split(":"));
  return users.find((entry) => entry[2] === String(uid))?.[0] ?? `uid ${uid}`;
}

async function bindTest(port: number): Promise<PortUsage> {
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server
      .once("error", resolve)
      .listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(undefined));
  });
  server.close();
  if (error === undefined) return { port, status: "free", listeners: [], hints: [] };
  const status = error.code === "EADDRINUSE" ? "busy" : "unknown";
  return { port, status, listeners: [], hints: status === "busy" ? [hintFor([])] : [] };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
