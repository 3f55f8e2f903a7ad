import { compare } from "../lib/measure.mjs";
import { temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";

/**
 * From spawn to hello-ok: on a state that exists, and the very first one.
 *
 * @param {{ rounds: number }} o
 */
export async function startup({ rounds }) {
  const samples = { gateway: noSamples(), baseline: noSamples() };
  const home = await temporaryHome();
  for (let round = -1; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      const fresh = await temporaryHome();
      const [again, first] = [await once(subject, home.path), await once(subject, fresh.path)];
      await fresh.remove();
      // The first round fills caches and makes the state.
      if (round < 0) continue;
      samples[subject].wall.push(again.wallMs);
      samples[subject].cpu.push(again.cpuMs);
      samples[subject].first.push(first.wallMs);
    }
  }
  await home.remove();
  const { gateway, baseline } = samples;
  return [
    compare({
      name: "spawn to hello-ok, wall",
      unit: "ms",
      gateway: gateway.wall,
      baseline: baseline.wall,
      maxRatio: 2,
    }),
    compare({
      name: "spawn to hello-ok, CPU",
      unit: "ms",
      gateway: gateway.cpu,
      baseline: baseline.cpu,
      maxRatio: 2,
    }),
    compare({
      name: "the same in an empty home, wall",
      unit: "ms",
      gateway: gateway.first,
      baseline: baseline.first,
    }),
  ];
}

/** @returns {Record<"wall" | "cpu" | "first", number[]>} */
const noSamples = () => ({ wall: [], cpu: [], first: [] });

/** @param {import("../lib/servers.mjs").Subject} subject @param {string} home */
async function once(subject, home) {
  const { server, connection, wallMs, cpuMs } = await launch(subject, home);
  connection.close();
  await server.stop();
  return { wallMs, cpuMs };
}
