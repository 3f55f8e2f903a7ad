import { milliseconds } from "../lib/measure.mjs";
import { temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";
import { percentile } from "../lib/stats.mjs";

const CALLS_PER_ROUND = 500;

/**
 * One client, one small request after the other.
 *
 * @param {{ rounds: number }} o
 */
export async function requests({ rounds }) {
  const home = await temporaryHome();
  const launched = {
    gateway: await launch("gateway", home.path),
    baseline: await launch("baseline", home.path),
  };
  /** @type {Record<import("../lib/servers.mjs").Subject, number[]>} */
  const samples = { gateway: [], baseline: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      for (let call = 0; call < CALLS_PER_ROUND; call += 1) {
        const startedAt = performance.now();
        await launched[subject].connection.request("last-heartbeat");
        if (round >= 0) samples[subject].push(performance.now() - startedAt);
      }
    }
  }
  for (const { server, connection } of Object.values(launched)) {
    connection.close();
    await server.stop();
  }
  await home.remove();
  return [0.5, 0.99].map((share) =>
    milliseconds({
      name: `request round trip p${share * 100}`,
      gateway: percentile(samples.gateway, share),
      baseline: percentile(samples.baseline, share),
    }),
  );
}
