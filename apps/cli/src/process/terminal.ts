import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";

/** Runs `$VISUAL`, else `$EDITOR`, on a file; both may be a command line of several words. */
export function openEditor(path: string): Promise<number> {
  const { env, platform } = process;
  const editor = env["VISUAL"]?.trim() || env["EDITOR"]?.trim() || (platform === "win32" ? "notepad" : "vi");
  // The shell takes the words of the variable apart; the path is handed over as it is.
  const child =
    platform === "win32"
      ? spawn(`${editor} "${path}"`, { shell: true, stdio: "inherit" })
      : spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", path], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Asks on stderr, because stdout is for results. */
export async function askPerson(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
