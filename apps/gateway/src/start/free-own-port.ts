import { setTimeout as sleep } from "node:timers/promises";
import { askInstanceId } from "@openclaw/gateway-core";
import { systemTable } from "@openclaw/service";
import { freePort, type FreePortResult } from "../force/free-port.ts";
import { findAncestors } from "../force/ownership.ts";
import { describePort } from "../force/port-report.ts";
import { bounded, toLine } from "../logging/clean.ts";
import type { Logging } from "../logging/logging.ts";

const MAX_COMMAND_CHARS = 200;

/** `--force` on this machine, by this process. */
export async function forceFree(
  port: number,
  o: {
    readonly program: string;
    readonly startLine: string;
    readonly isRepeated: boolean;
    readonly logging: Logging;
  },
): Promise<FreePortResult> {
  const table = systemTable(process.platform, process.pid);
  const logger = o.logging.subsystem("gateway");
  return freePort({
    program: o.program,
    startLine: o.startLine,
    port,
    isRepeated: o.isRepeated,
    caller: { uid: process.getuid?.() ?? -1, ancestors: await findAncestors(table, process.ppid) },
    table,
    signal: (pid, signal) => void process.kill(pid, signal),
    isGateway,
    show: presentable(o.logging),
    log: (line) => logger.info(line),
    sleep,
    now: Date.now,
  });
}

/** Who holds a port of this machine, as lines. */
export function reportPort(
  port: number,
  { program, logging }: { readonly program: string; readonly logging: Logging },
): Promise<readonly string[]> {
  return describePort({
    program,
    port,
    table: systemTable(process.platform, process.pid),
    show: presentable(logging),
  });
}

/** Whether a gateway answers on a port of this machine. */
export async function isGateway(port: number): Promise<boolean> {
  return (await askInstanceId(port)) !== undefined;
}

function presentable({ redact }: Logging): (command: string) => string {
  return (command) => bounded(redact(toLine(command)), MAX_COMMAND_CHARS);
}
