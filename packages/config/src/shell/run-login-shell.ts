import type { Env } from "../environment.ts";

const MAX_BYTES = 2 * 1024 * 1024;
/** What a profile started in the background may keep the output open; after the end of the shell nothing more is ours. */
const DRAIN_MS = 200;

/**
 * What a login shell says to `env -0`. The shell is gone when this settles.
 *
 * @throws {Error} when it cannot be started, fails, says too much, or does not end in time
 */
export async function runLoginShell(
  shell: string,
  { env, timeoutMs }: { readonly env: Env; readonly timeoutMs: number },
): Promise<string> {
  // Few want this, and whoever does not should not wait for it.
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const child = spawn(shell, ["-l", "-c", "env -0"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let timer = setTimeout(() => fail(`${shell} did not end within ${timeoutMs} ms`), timeoutMs);
    const stop = () => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.kill("SIGKILL");
    };
    const fail = (problem: string) => {
      stop();
      reject(new Error(problem));
    };
    const succeed = () => {
      stop();
      resolve(Buffer.concat(chunks).toString("utf8"));
    };
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) fail(`${shell} said more than ${MAX_BYTES} bytes`);
      else chunks.push(chunk);
    });
    child.on("error", ({ message }) => fail(message));
    child.on("exit", (code, signal) => {
      if (code !== 0) return fail(`${shell} ended with ${code ?? signal}`);
      clearTimeout(timer);
      timer = setTimeout(succeed, DRAIN_MS);
    });
    child.on("close", succeed);
  });
}
