import { lsofTable } from "./lsof-table.ts";
import { procTable } from "./proc-table.ts";
import { ProcessTableError, type ProcessTable } from "./process-table.ts";

/** The process table of this machine. */
export function systemTable(platform: NodeJS.Platform, ownPid: number): ProcessTable {
  if (platform === "linux") return procTable(ownPid);
  return platform === "win32" ? UNSUPPORTED : lsofTable();
}

const refuse = () =>
  Promise.reject(
    new ProcessTableError("listeners cannot be looked up on Windows; stop the program that holds the port"),
  );

const UNSUPPORTED: ProcessTable = { listeners: refuse, process: refuse };
