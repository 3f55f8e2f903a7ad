import { execFile } from "node:child_process";
import { ProcessTableError, type Listener, type ProcessInfo, type ProcessTable } from "./process-table.ts";
import { userName } from "./user-name.ts";

/** Runs a program and resolves with its output; a failing exit status resolves with what it printed. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 5_000;

/** Reads the table with `lsof` and `ps`, on systems without `/proc`. */
export function lsofTable(run: RunProgram = runProgram): ProcessTable {
  const describe = (pid: number) => describeWithPs(run, pid);
  return {
    process: describe,
    listeners: async (port) => {
      const found = parseLsof(await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpn"]));
      const holders = [...found].map(async ([pid, addresses]): Promise<Listener[]> => {
        const process = await describe(pid);
        return process ? [{ process, addresses }] : [];
      });
      return { holders: (await Promise.all(holders)).flat(), hiddenOwners: [] };
    },
  };
}

/** Output of `lsof -Fpn`: a line `p<pid>`, then lines `n<address>` of that process. */
export function parseLsof(output: string): Map<number, string[]> {
  const found = new Map<number, string[]>();
  let addresses: string[] = [];
  for (const line of output.split("\n")) {
    if (line.startsWith("p")) {
      addresses = [];
      found.set(Number(line.slice(1)), addresses);
    } else if (line.startsWith("n")) {
      addresses.push(line.slice(1));
    }
  }
  return found;
}

async function describeWithPs(run: RunProgram, pid: number): Promise<ProcessInfo | undefined> {
  const output = await run("ps", ["-ww", "-p", String(pid), "-o", "ppid=,uid=,lstart=,command="]);
  // lstart is five words: `Sun Nov 22 10:00:00 2026`.
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s+(.*\S)\s*$/m.exec(output);
  if (!match) return undefined;
  const [, ppid, uid, startTime = "", command = ""] = match;
  const name = command.split(" ", 1)[0]?.split("/").at(-1) ?? command;
  return {
    pid,
    ppid: Number(ppid),
    startTime,
    uid: Number(uid),
    user: await userName(Number(uid)),
    name,
    command,
  };
}

function runProgram(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: TIMEOUT_MS, maxBuffer: 1024 * 1024 }, (error, stdout) => {
      // Both programs report "nothing found" as a failure.
      if (error && typeof error.code !== "number")
        reject(new ProcessTableError(`${file} cannot be run: ${error.message}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
