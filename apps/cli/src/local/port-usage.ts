import { createServer } from "node:net";

import {
  explainListeners,
  type Listener,
  type Listeners,
  looksLikeGateway,
  type ProcessInfo,
  ProcessTableError,
  systemTable,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import type { Machine } from "../io.ts";

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

/** What tells the tables of this machine from others, and how the command is typed that looks. */
export interface Host extends Pick<Machine, "platform" | "pid"> {
  readonly program: string;
}

/** The machine of a command. */
export function hostOf({ io, program }: Pick<CommandContext, "io" | "program">): Host {
  const { platform, pid } = io.machine;
  return { platform, pid, program };
}

/**
 * Finds out who listens on a port; where the system does not tell, only whether the port can be bound.
 *
 * @param likelyPid looked at first: reading every process of the machine takes its time
 */
export async function inspectPort(host: Host, port: number, likelyPid?: number): Promise<PortUsage> {
  let found: Listeners;
  try {
    found = await systemTable(host.platform, host.pid).listeners(port, likelyPid);
  } catch (error) {
    if (!(error instanceof ProcessTableError)) throw error;
    return bindTest(host, port);
  }
  if (found.holders.length === 0 && found.hiddenOwners.length === 0) return free(port);
  return {
    port,
    status: "busy",
    listeners: found.holders.map(shown),
    hints: [explainListeners(found, host.program)],
  };
}

/** The next port that nobody listens on; the port itself when there is none near. */
export async function freePortAfter(host: Host, port: number): Promise<number> {
  for (let candidate = port + 1; candidate <= Math.min(port + PORTS_TRIED, LAST_PORT); candidate++) {
    if ((await inspectPort(host, candidate)).status === "free") return candidate;
  }
  return port;
}

const PORTS_TRIED = 50;
const LAST_PORT = 65_535;

/** A port whose listener has told its pid: nothing has to be looked for. */
export async function knownListener(host: Host, port: number, pid: number): Promise<PortUsage> {
  const process = await systemTable(host.platform, host.pid)
    .process(pid)
    .catch(() => undefined);
  const holders = [{ process: process ?? unseen(pid), addresses: [`127.0.0.1:${port}`] }];
  const hints = [explainListeners({ holders, hiddenOwners: [] }, host.program)];
  return { port, status: "busy", listeners: holders.map(shown), hints };
}

/** Whether a listener is a gateway. */
export function isGatewayListener({ commandLine: command }: PortListener): boolean {
  return looksLikeGateway({ command });
}

function shown({ process, addresses: [address = ""] }: Listener): PortListener {
  const { pid, ppid, name, user, command } = process;
  return { pid, command: name, address, commandLine: command, user, ppid };
}

// In a container the gateway may be elsewhere, and tell a pid of there.
function unseen(pid: number): ProcessInfo {
  return { pid, ppid: 0, startTime: "", uid: -1, user: "unknown", name: "", command: "" };
}

function free(port: number): PortUsage {
  return { port, status: "free", listeners: [], hints: [] };
}

async function bindTest({ program }: Host, port: number): Promise<PortUsage> {
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server
      .once("error", resolve)
      .listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(undefined));
  });
  server.close();
  if (error === undefined) return free(port);
  const status = error.code === "EADDRINUSE" ? "busy" : "unknown";
  const hints = status === "busy" ? [explainListeners({ holders: [], hiddenOwners: [] }, program)] : [];
  return { port, status, listeners: [], hints };
}
