import { spawn } from "node:child_process";
import { once } from "node:events";

/** A real process that listens on a free port of 127.0.0.1; killed when the test is over. */
export interface ChildListener extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Resolves with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

export async function childListener(
  options: { readonly ignoresSigterm?: boolean } = {},
): Promise<ChildListener> {
  const script = `
    ${options.ignoresSigterm ? "process.on('SIGTERM', () => {});" : ""}
    const server = require("node:net").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit").then(([, signal]: (NodeJS.Signals | null)[]) => signal ?? null);
  const [line]: Buffer[] = await once(child.stdout, "data");
  return {
    pid: child.pid ?? 0,
    port: Number(String(line)),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
