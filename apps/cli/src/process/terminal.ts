import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

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

/** Asks on stderr, because stdout is for results. @throws an `AbortError` for Ctrl-C or Ctrl-D */
export async function askPerson(question: string, kind?: "secret"): Promise<string> {
  const isSecret = kind === "secret";
  // Of a secret nothing is echoed: whoever looks over a shoulder, or at the scrollback, sees no letter of it.
  const silence = { output: new Writable({ write: (_part, _encoding, done) => done() }), terminal: true };
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
    ...(isSecret && silence),
  });
  // Not before: until now the terminal itself shows what is typed.
  if (isSecret) process.stderr.write(question);
  try {
    return await terminal.question(isSecret ? "" : question);
  } finally {
    terminal.close();
    if (isSecret) process.stderr.write("\n");
  }
}

const PAGE_OPENERS: Partial<Readonly<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  // `start` takes its first quoted argument for a title.
  win32: ["cmd", "/c", "start", ""],
};

/** Hands a page to whatever opens pages on this desktop; false where there is no desktop or no such program. */
export function openPage(url: string): Promise<boolean> {
  const { env, platform } = process;
  const hasDesktop =
    platform === "darwin" || platform === "win32" || env["DISPLAY"] || env["WAYLAND_DISPLAY"];
  if (!hasDesktop) return Promise.resolve(false);
  const [program, ...words] = PAGE_OPENERS[platform] ?? ["xdg-open"];
  const child = spawn(program, [...words, url], { stdio: "ignore", detached: true });
  child.unref();
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
  });
}
