import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A port nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A home folder of its own, so that no run sees another's state or the user's. */
export async function temporaryHome() {
  const path = await mkdtemp(join(tmpdir(), "openclaw-bench-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The environment of everything that is measured.
 *
 * @param {string} home
 * @param {Readonly<Record<string, string>>} [more]
 */
export function environment(home, more = {}) {
  return { PATH: process.env["PATH"] ?? "", HOME: home, TZ: "UTC", ...more };
}

/** What a failed scenario left running. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Ends every process that was started and not stopped. */
export function killAll() {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * Starts a long-running process. What it prints is kept for the message of a failure.
 *
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
export function start(command, env) {
  const child = spawn(command[0] ?? "", command.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let output = "";
  const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-4_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const exited = once(child, "exit");
  return {
    pid: child.pid ?? 0,
    get output() {
      return output;
    },
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    /** Collects garbage, in servers that listen to the signal, and waits until that is done. */
    async collectGarbage() {
      child.kill("SIGWINCH");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
    /** For how long its event loop was held up at most, in ms, since this was last asked. */
    async longestDelay() {
      const before = output;
      child.kill("SIGURG");
      for (let wait = 0; wait < 100; wait += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        const said = /longest delay ([\d.]+) ms\n$/.exec(output);
        if (said && output !== before) return Number(said[1]);
      }
      throw new Error(`no answer about the event loop:\n${output}`);
    },
    async stop() {
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await exited;
      clearTimeout(killer);
    },
  };
}

/**
 * Runs a command to its end.
 *
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ ms: number; stdout: string; stderr: string }>}
 */
export async function run(command, env) {
  const startedAt = performance.now();
  const child = spawn(command[0] ?? "", command.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return { ms, stdout, stderr };
}

/** CPU time a process has used so far, user and system, all threads, in milliseconds. @param {number} pid */
export function cpuMs(pid) {
  const tasks = `/proc/${pid}/task`;
  // Nanoseconds per thread; the better known counters of /proc/<pid>/stat only count ticks of 10 ms.
  const spent = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return spent.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Resident memory of a process in MB. @param {number} pid */
export function residentMb(pid) {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
