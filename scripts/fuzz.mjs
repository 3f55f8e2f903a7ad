// Fuzzes a gateway of its own on this machine and prints what was sent, what came back by class, and how long `health`
// took on another socket meanwhile. Usage: node scripts/fuzz.mjs [--frames 1000000] [--seed <n>]   (after npm run setup)
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fuzz, watchHealth } from "../tests/threats/fuzzing/fuzz.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { frames: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const frames = Number(values.frames);
const seed = Number(values.seed);
const secret = "fuzzing-secret-0123456789abcdef";

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A gateway process in a home of its own; resolves when it listens. */
async function startGateway() {
  const home = await mkdtemp(join(tmpdir(), "openclaw-fuzz-"));
  await mkdir(join(home, ".openclaw"));
  const config = { gateway: { mode: "local", auth: { token: secret } } };
  await writeFile(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config), { mode: 0o600 });
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(root, "apps/cli/bin/openclaw.js"), "gateway", "--port", String(port)],
    {
      env: { PATH: process.env.PATH ?? "", HOME: home, TMPDIR: home, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  // What it said last, for the case that it dies.
  let said = "";
  child.stderr.on("data", (chunk) => (said = (said + String(chunk)).slice(-4_000)));
  await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the gateway ended with ${code} before it listened`)));
    child.stdout.on("data", (chunk) => String(chunk).includes("listening on ws://") && resolve());
  });
  return { child, home, lastWords: () => said, target: { url: `ws://127.0.0.1:${port}`, secret } };
}

const { child, home, target, lastWords } = await startGateway();
const status = async () => readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
const residentMib = async () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(await status())?.[1] ?? 0) / 1024);

const startedAt = performance.now();
const residentAtStart = await residentMib();
const health = await watchHealth(target);
let printedAt = startedAt;
const tally = await fuzz(target, {
  frames,
  seed,
  onProgress: (sent) => {
    if (performance.now() - printedAt < 10_000) return;
    printedAt = performance.now();
    console.log(`… ${sent} of ${frames}`);
  },
});
const { times, isAlive } = await health.stop();
const residentAtEnd = await residentMib();
const isRunning = child.exitCode === null && isAlive;
child.kill("SIGTERM");
await new Promise((resolve) => child.once("exit", resolve));
await rm(home, { recursive: true, force: true });

const quantile = (part) =>
  (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN).toFixed(1);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`frames sent: ${tally.sent} (seed ${seed}, ${seconds} s)`);
for (const [name, count] of [...tally.classes].sort(([, a], [, b]) => b - a))
  console.log(`${String(count).padStart(9)}  ${name}`);
console.log(
  `health meanwhile: ${times.length} calls, p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, max ${quantile(1)} ms`,
);
console.log(
  `resident: ${residentAtStart} MiB before, ${residentAtEnd} MiB after; still running: ${isRunning ? "yes" : "no"}`,
);
console.log(`violations: ${tally.violations.length}`);
for (const violation of tally.violations) console.log(JSON.stringify(violation));
if (!isRunning) console.log(lastWords());
if (tally.violations.length > 0 || !isRunning) process.exit(1);
