import { connect } from "../lib/connection.mjs";
import { cpuPerUnit, milliseconds } from "../lib/measure.mjs";
import { cpuMs, temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";
import { percentile } from "../lib/stats.mjs";

/** @typedef {import("../lib/servers.mjs").Subject} Subject */
/** @typedef {import("../lib/connection.mjs").Connection} Connection */
/** @typedef {{ readonly pid: number; readonly connections: readonly Connection[] }} Party */

const CALLS_PER_ROUND = 500;
const IN_FLIGHT = 64;
const PIPELINED_PER_ROUND = 20_000;
const HEALTH_PER_ROUND = 4_000;
const CLIENTS = 32;

/**
 * Small requests: one client, one after the other (latency), then 64 in flight, then `health` of one and of 32 clients
 * (CPU time of the server for each).
 *
 * @param {{ rounds: number }} o
 */
export async function requests({ rounds }) {
  const home = await temporaryHome();
  const launched = {
    gateway: await launch("gateway", home.path),
    baseline: await launch("baseline", home.path),
  };
  /** @param {Subject} subject @returns {Promise<Party>} */
  const gather = async (subject) => {
    const { port, server, connection } = launched[subject];
    const connections = [connection];
    while (connections.length < CLIENTS) connections.push(await connect(port));
    return { pid: server.pid, connections };
  };
  const parties = { gateway: await gather("gateway"), baseline: await gather("baseline") };
  // The bare server answers what the gateway answers, from memory.
  const { connection } = launched.gateway;
  for (const method of ["last-heartbeat", "health"]) {
    const payload = await connection.request(method);
    await launched.baseline.connection.request("bench.learn", { method, payload });
  }

  const alone = (/** @type {Party} */ { connections }) => connections.slice(0, 1);
  const all = (/** @type {Party} */ { connections }) => connections;
  const measures = [
    ...(await latency(parties, rounds)),
    await cost("last-heartbeat, 64 in flight", 1.3, {
      method: "last-heartbeat",
      calls: PIPELINED_PER_ROUND,
      of: alone,
    }),
    await cost("health, 1 client", 1.5, { method: "health", calls: HEALTH_PER_ROUND, of: alone }),
    await cost("health, 32 clients", 1.5, { method: "health", calls: HEALTH_PER_ROUND, of: all }),
  ];
  for (const { connections } of Object.values(parties)) for (const each of connections) each.close();
  for (const { server } of Object.values(launched)) await server.stop();
  await home.remove();
  return measures;

  /** @param {string} name @param {number} maxRatio @param {{ method: string; calls: number; of: (party: Party) => readonly Connection[] }} work */
  async function cost(name, maxRatio, { method, calls, of }) {
    /** @type {Record<Subject, import("../lib/measure.mjs").Work[]>} */
    const samples = { gateway: [], baseline: [] };
    for (let round = -1; round < rounds; round += 1) {
      for (const subject of interleaved(round)) {
        const party = parties[subject];
        const before = cpuMs(party.pid);
        await pipeline(of(party), method, calls);
        const spent = cpuMs(party.pid) - before;
        if (round >= 0) samples[subject].push({ cpuMs: spent, units: calls });
      }
    }
    return cpuPerUnit({ name: `CPU of ${name}`, ...samples, maxRatio });
  }
}

/** @param {Record<Subject, Party>} parties @param {number} rounds */
async function latency(parties, rounds) {
  /** @type {Record<Subject, number[]>} */
  const samples = { gateway: [], baseline: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      const [connection] = parties[subject].connections;
      for (let call = 0; call < CALLS_PER_ROUND; call += 1) {
        const startedAt = performance.now();
        await connection?.request("last-heartbeat");
        if (round >= 0) samples[subject].push(performance.now() - startedAt);
      }
    }
  }
  return [0.5, 0.99].map((share) =>
    milliseconds({
      name: `request round trip p${share * 100}`,
      gateway: percentile(samples.gateway, share),
      baseline: percentile(samples.baseline, share),
    }),
  );
}

/** Keeps 64 requests in flight, shared evenly. @param {readonly Connection[]} connections @param {string} method @param {number} calls */
async function pipeline(connections, method, calls) {
  let left = calls;
  const lane = async (/** @type {Connection | undefined} */ connection) => {
    while (left-- > 0) await connection?.request(method);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, at) => lane(connections[at % connections.length])));
}
