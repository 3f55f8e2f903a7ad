import { randomUUID } from "node:crypto";
import { arch, homedir, platform, release, tmpdir } from "node:os";
import { isatty } from "node:tty";

import type { Io } from "../io.ts";
import { askPerson, openEditor, openPage } from "./terminal.ts";
import { waitSign } from "./wait-sign.ts";

const STDIN = 0;

/** The real process as an {@link Io}. @param parts its streams and its two ways to the gateway's code, see there */
export function processIo(parts: Pick<Io, "stdout" | "stderr" | "handOver" | "loadGateway">): Io {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    homeDir: homedir(),
    cwd: process.cwd(),
    stdinIsTerminal: isatty(STDIN),
    readStdin,
    machine: {
      platform: platform(),
      release: release(),
      arch: arch(),
      nodeVersion: process.versions.node,
      nodePath: process.execPath,
      entryPath: process.argv[1] ?? "",
      tmpDir: tmpdir(),
      uid: process.getuid?.(),
      pid: process.pid,
      ppid: process.ppid,
    },
    now: Date.now,
    newId: () => randomUUID(),
    waitSign,
    interruption,
    edit: openEditor,
    openPage,
    ask: askPerson,
    ...parts,
  };
}

const MAX_STDIN_CHARS = 4_194_304;

async function readStdin(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const part of process.stdin) {
    text += String(part);
    if (text.length > MAX_STDIN_CHARS) throw new Error("too much on standard input");
  }
  return text;
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  // Only the first: whoever presses Ctrl-C again does not want to wait.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
