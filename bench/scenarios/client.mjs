import { fileURLToPath } from "node:url";
import { connect } from "../lib/connection.mjs";
import { cpuPerUnit } from "../lib/measure.mjs";
import { environment, freePort, run, start, temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";

const program = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
const LOAD = program("client-load.mjs");
const CALLS = 20_000;
const EVENT_SECONDS = 10;
const CROWD = 1_000;

/**
 * The client library: CPU time of a request beside a plain `ws` client of the same gateway, the heap of a client that hears
 * 10,000 events a second, and a thousand clients whose gateway restarts.
 *
 * @param {{ rounds: number }} o
 */
export async function client({ rounds }) {
  const home = await temporaryHome();
  const measures = [
    await requests(home.path, rounds),
    ...(await events(home.path)),
    ...(await crowd(home.path)),
  ];
  await home.remove();
  return measures;
}

/** @param {string} home @param {number} rounds */
async function requests(home, rounds) {
  const { server, connection, port } = await launch("gateway", home);
  /** @type {Record<import("../lib/servers.mjs").Subject, import("../lib/measure.mjs").Work[]>} */
  const samples = { gateway: [], baseline: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      const kind = subject === "gateway" ? "client" : "bare";
      const command = [process.execPath, LOAD, "requests", kind, String(port), String(CALLS)];
      const { stdout } = await run(command, environment(home));
      samples[subject].push({ cpuMs: Number(stdout), units: CALLS });
    }
  }
  connection.close();
  await server.stop();
  return cpuPerUnit({ name: "CPU of a request in the client", ...samples, maxRatio: 1.5 });
}

/** @param {string} home @returns {Promise<import("../lib/measure.mjs").Measure[]>} */
async function events(home) {
  const port = await freePort();
  const server = start([process.execPath, program("event-source.mjs"), String(port)], environment(home));
  await listening(port);
  const command = [process.execPath, "--expose-gc", LOAD, "events", String(port), String(EVENT_SECONDS)];
  const { stdout } = await run(command, environment(home));
  await server.stop();
  const { total, heard, heapBefore, heapAfter } = JSON.parse(stdout);
  const grown = (heapAfter - heapBefore) / 1024;
  const lost = total - heard;
  return [
    {
      name: `heap grown by ${total} events in ${EVENT_SECONDS} s`,
      unit: "KiB",
      gateway: grown,
      bar: { kind: "absolute", limit: 1024 },
      ok: grown <= 1024,
    },
    { name: "events lost", unit: "", gateway: lost, bar: { kind: "absolute", limit: 0 }, ok: lost === 0 },
  ];
}

/** @param {string} home @returns {Promise<import("../lib/measure.mjs").Measure[]>} */
async function crowd(home) {
  const { server, connection, port } = await launch("gateway", home);
  const clients = start([process.execPath, LOAD, "crowd", String(port), String(CROWD)], environment(home));
  await until(() => clients.output.includes("all connected"));
  connection.close();
  await server.longestDelay();
  const startedAt = performance.now();
  process.kill(server.pid, "SIGUSR1");
  await until(() => clients.output.split("all connected").length > 2);
  const ms = performance.now() - startedAt;
  const longest = await server.longestDelay();
  await clients.stop();
  await server.stop();
  return [
    {
      name: `${CROWD} clients back after a restart`,
      unit: "ms",
      gateway: ms,
      bar: { kind: "absolute", limit: 5_000 },
      ok: ms < 5_000,
    },
    {
      name: "longest delay of its event loop meanwhile",
      unit: "ms",
      gateway: longest,
      bar: { kind: "absolute", limit: 100 },
      ok: longest <= 100,
    },
  ];
}

/** @param {number} port */
async function listening(port) {
  await until(async () => {
    try {
      (await connect(port)).close();
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {() => boolean | Promise<boolean>} isSo */
async function until(isSo) {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("it did not happen within a minute");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
