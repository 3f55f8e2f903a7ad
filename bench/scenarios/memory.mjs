import { compare } from "../lib/measure.mjs";
import { residentMb, temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";

const IDLE_MS = 5_000;

/**
 * Resident memory after one client came and went and nothing happened for five seconds. Idle processes do not disturb each
 * other, so all rounds wait together.
 *
 * @param {{ rounds: number }} o
 */
export async function memory({ rounds }) {
  /** @type {Record<import("../lib/servers.mjs").Subject, number[]>} */
  const samples = { gateway: [], baseline: [] };
  const running = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      const home = await temporaryHome();
      const launched = await launch(subject, home.path);
      launched.connection.close();
      running.push({ subject, home, server: launched.server });
    }
  }
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  for (const { subject, server } of running) samples[subject].push(residentMb(server.pid));
  for (const { home, server } of running) {
    await server.stop();
    await home.remove();
  }
  return [compare({ name: "idle memory (RSS)", unit: "MB", ...samples, maxRatio: 1.5 })];
}
