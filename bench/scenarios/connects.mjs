import { connect } from "../lib/connection.mjs";
import { createDevice } from "../lib/device.mjs";
import { compare, cpuPerUnit } from "../lib/measure.mjs";
import { cpuMs, temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";

/** @typedef {import("../lib/servers.mjs").Subject} Subject */

const CYCLES_PER_ROUND = 300;
/** Much code has a part in a connect: it takes long until all of it is compiled. */
const WARM_UP_ROUNDS = 5;
const HELD = 1_000;

/**
 * CPU time of connecting with a signed device and leaving again, beside a bare server that verifies the signature too;
 * then the same while a thousand other connections exist.
 *
 * @param {{ rounds: number }} o
 */
export async function connects({ rounds }) {
  const home = await temporaryHome();
  const launched = {
    gateway: await launch("gateway", home.path),
    baseline: await launch("baseline", home.path),
  };
  const device = createDevice();
  const alone = await cycles();
  const held = [];
  // Of one instance: how long the presence list of a hello is depends on who connects, not on how many connections are.
  while (held.length < HELD) held.push(await connect(launched.gateway.port, { instanceId: "bench" }));
  const crowded = await cycles();
  for (const connection of held) connection.close();
  for (const { server, connection } of Object.values(launched)) {
    connection.close();
    await server.stop();
  }
  await home.remove();
  const each = (/** @type {readonly import("../lib/measure.mjs").Work[]} */ work) =>
    work.map(({ cpuMs: ms, units }) => (ms * 1000) / units);
  return [
    cpuPerUnit({ name: "CPU of a signed connect", ...alone, maxRatio: 2 }),
    compare({
      name: `the same beside ${HELD} connections, to alone`,
      unit: "µs",
      gateway: each(crowded.gateway),
      baseline: each(alone.gateway),
      maxRatio: 1.15,
    }),
  ];

  async function cycles() {
    /** @type {Record<Subject, import("../lib/measure.mjs").Work[]>} */
    const samples = { gateway: [], baseline: [] };
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      for (const subject of interleaved(round)) {
        const { port, server } = launched[subject];
        const before = cpuMs(server.pid);
        for (let cycle = 0; cycle < CYCLES_PER_ROUND; cycle += 1) {
          const connection = await connect(port, { device });
          await connection.leave();
        }
        if (round >= 0) samples[subject].push({ cpuMs: cpuMs(server.pid) - before, units: CYCLES_PER_ROUND });
      }
    }
    return samples;
  }
}
