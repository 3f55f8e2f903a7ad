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
