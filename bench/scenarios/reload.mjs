import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configText, replaceFile } from "../lib/config-file.mjs";
import { compare, milliseconds } from "../lib/measure.mjs";
import { temporaryHome } from "../lib/process.mjs";
import { interleaved, launch } from "../lib/servers.mjs";
import { median } from "../lib/stats.mjs";

const BARE = fileURLToPath(new URL("../programs/bare-reload.mjs", import.meta.url));
/** A house, and a company. */
const SIZES = [
  { lines: 300, maxMs: 15, maxBlockedMs: 5 },
  { lines: 10_000, maxBlockedMs: 50 },
];
const EDITS_PER_ROUND = 3;
const BURST = 10;
/** Distance of the writes of a burst, in ms. */
const BURST_PAUSE_MS = 10;
/** Longer than the pause after which an edit is looked at at once (gateway.reload.debounceMs), in ms. */
const QUIET_MS = 400;

/** @typedef {Awaited<ReturnType<typeof launch>> & { readonly configPath: string }} Site */

/**
 * From the rename of a new configuration into place until an answer shows it, beside a bare watcher of the same file; for how
 * long the event loop was held up meanwhile; and how often a burst of writes is applied.
 *
 * @param {{ rounds: number }} o
 */
export async function reload({ rounds }) {
  const measures = [];
  for (const size of SIZES) measures.push(...(await edits(size, rounds)));
  measures.push(await bursts(rounds));
  return measures;
}

/** @param {{ lines: number; maxMs?: number; maxBlockedMs: number }} size @param {number} rounds */
async function edits({ lines, maxMs, maxBlockedMs }, rounds) {
  const home = await temporaryHome();
  /** @type {Record<import("../lib/servers.mjs").Subject, Site>} */
  const sites = {
    gateway: await site("gateway", home.path, lines),
    baseline: await site("baseline", home.path, lines),
  };
  /** @type {Record<import("../lib/servers.mjs").Subject, number[]>} */
  const samples = { gateway: [], baseline: [] };
  const blocked = [];
  let everySeconds = 100;
  // The first edit is the one that most gateways ever see: nothing of what it needs is compiled yet.
  await sites.gateway.server.longestDelay();
  const firstMs = await visibleAfter(sites.gateway, lines, (everySeconds += 1));
  const firstBlockedMs = await sites.gateway.server.longestDelay();
  await visibleAfter(sites.baseline, lines, everySeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of interleaved(round)) {
      for (let edit = 0; edit < EDITS_PER_ROUND; edit += 1) {
        if (subject === "gateway") await sites.gateway.server.longestDelay();
        samples[subject].push(await visibleAfter(sites[subject], lines, (everySeconds += 1)));
        if (subject === "gateway") blocked.push(await sites.gateway.server.longestDelay());
      }
    }
  }
  for (const { connection, server } of Object.values(sites)) {
    connection.close();
    await server.stop();
  }
  await home.remove();
  const name = `rename to visible, ${lines} lines`;
  return [
    compare({ name, unit: "ms", ...samples, maxRatio: 4 }),
    ...(maxMs === undefined
      ? []
      : [milliseconds({ name: `${name}, ours`, gateway: median(samples.gateway), maxMs })]),
    milliseconds({ name: `${name}, the very first`, gateway: firstMs }),
    milliseconds({
      name: `event loop held up by ${lines} lines`,
      gateway: median(blocked),
      maxMs: maxBlockedMs,
    }),
    milliseconds({ name: `event loop held up by ${lines} lines, the very first`, gateway: firstBlockedMs }),
  ];
}

/**
 * One of the two, with a configuration of its own.
 *
 * @param {import("../lib/servers.mjs").Subject} subject
 * @param {string} home
 * @param {number} lines
 * @returns {Promise<Site>}
 */
async function site(subject, home, lines) {
  const configPath = join(home, `${subject}.json5`);
  await replaceFile(configPath, textFor(configPath, { lines, everySeconds: 100 }));
  const env = { OPENCLAW_CONFIG_PATH: configPath };
  return { configPath, ...(await launch(subject, home, { env, bare: [BARE, configPath] })) };
}

/**
 * A log of its own, because the usual one is everybody's on this machine.
 *
 * @param {string} configPath
 * @param {{ lines: number; everySeconds: number }} o
 */
function textFor(configPath, o) {
  return configText({ ...o, logFile: `${configPath}.log` });
}

/**
 * Time in ms from a rename until an answer shows what the new text says.
 *
 * @param {Site} site
 * @param {number} lines
 * @param {number} everySeconds
 */
async function visibleAfter({ configPath, connection }, lines, everySeconds) {
  await quiet();
  const renamedAt = await replaceFile(configPath, textFor(configPath, { lines, everySeconds }));
  await shown(connection, everySeconds);
  return performance.now() - renamedAt;
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

/** @param {import("../lib/connection.mjs").Connection} connection @param {number} everySeconds */
async function shown(connection, everySeconds) {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const health = /** @type {{ heartbeatSeconds: number }} */ (await connection.request("health"));
    if (health.heartbeatSeconds === everySeconds) return;
    if (performance.now() > deadline)
      throw new Error(`${health.heartbeatSeconds} s is shown, not ${everySeconds} s`);
  }
}

/** @param {number} rounds */
async function bursts(rounds) {
  const home = await temporaryHome();
  const { connection, server, configPath } = await site("gateway", home.path, 300);
  const applications = [];
  let everySeconds = 100;
  for (let round = 0; round < rounds; round += 1) {
    await quiet();
    const before = await appliedCount(connection);
    for (let write = 0; write < BURST; write += 1) {
      await replaceFile(configPath, textFor(configPath, { lines: 300, everySeconds: (everySeconds += 1) }));
      await new Promise((resolve) => setTimeout(resolve, BURST_PAUSE_MS));
    }
    await shown(connection, everySeconds);
    // An application that nobody needed would come now; and lines reach the file a little later.
    await quiet();
    applications.push((await appliedCount(connection)) - before);
  }
  connection.close();
  await server.stop();
  await home.remove();
  const most = Math.max(...applications);
  return {
    name: `applications of a burst of ${BURST} writes`,
    unit: /** @type {const} */ (""),
    gateway: most,
    bar: { kind: /** @type {const} */ ("absolute"), limit: 2 },
    // None at all would be no measurement.
    ok: most <= 2 && Math.min(...applications) > 0,
  };
}

/** How many edits were applied so far, by the log. @param {import("../lib/connection.mjs").Connection} connection */
async function appliedCount(connection) {
  const tail = await connection.request("logs.tail", { limit: 5_000, maxBytes: 1_000_000 });
  const { lines } = /** @type {{ lines: readonly string[] }} */ (tail);
  return lines.filter((line) => line.includes("config hot reload applied")).length;
}
