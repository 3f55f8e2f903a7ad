import { connect } from "../lib/connection.mjs";
import { createDevice } from "../lib/device.mjs";
import { cpuPerUnit } from "../lib/measure.mjs";
import { cpuMs, temporaryHome } from "../lib/process.mjs";
import { launch } from "../lib/servers.mjs";

/** @typedef {import("../lib/servers.mjs").Subject} Subject */
/** @typedef {3 | 4} Dialect */
/** @typedef {{ readonly connection: import("../lib/connection.mjs").Connection; readonly dialect: Dialect }} Client */
/** @typedef {Awaited<ReturnType<typeof gather>>} Party */

const CLIENTS = 200;
/** A routine report, which everybody hears of but no session has to note. */
const REPORT = { text: "Node: bench · mode bench · reason periodic" };
const BROADCASTS_PER_ROUND = 100;
/** The gateway goes first: its frames are what the other sends. @type {readonly Subject[]} */
const SUBJECTS = ["gateway", "baseline"];

/**
 * Requests that make the server tell everybody: two hundred clients, half of them of each dialect. The bare server sends
 * the very frames that the gateway sent before it. CPU time of the server for each delivery, and what was not delivered.
 *
 * @param {{ rounds: number }} o
 */
export async function fanOut({ rounds }) {
  const home = await temporaryHome();
  const parties = {
    gateway: await gather("gateway", home.path),
    baseline: await gather("baseline", home.path),
  };
  /** @type {Record<Subject, import("../lib/measure.mjs").Work[]>} */
  const samples = { gateway: [], baseline: [] };
  let size = 0;
  let lost = 0;
  for (let round = -6; round < rounds; round += 1) {
    for (const subject of SUBJECTS) {
      const party = parties[subject];
      if (subject === "baseline") {
        const frames = await oneBroadcast(parties.gateway);
        size = frames.get(4)?.length ?? 0;
        await party.sender.request("bench.news", { frames: [...frames] });
      }
      const heard = party.heard();
      const before = cpuMs(party.pid);
      for (let count = 0; count < BROADCASTS_PER_ROUND; count += 1)
        await party.sender.request("system-event", REPORT);
      const expected = BROADCASTS_PER_ROUND * CLIENTS;
      for (let wait = 0; wait < 400 && party.heard() - heard < expected; wait += 1)
        await new Promise((resolve) => setTimeout(resolve, 5));
      if (round >= 0) samples[subject].push({ cpuMs: cpuMs(party.pid) - before, units: expected });
      if (subject === "gateway") lost += expected - (party.heard() - heard);
    }
  }
  for (const { clients, server } of Object.values(parties)) {
    for (const { connection } of clients) connection.close();
    await server.stop();
  }
  await home.remove();
  const name = `CPU of one delivery of ${size} bytes to ${CLIENTS} clients`;
  return [
    cpuPerUnit({ name, ...samples, maxRatio: 1.2 }),
    { name: "deliveries lost", unit: "", gateway: lost, bar: { kind: "absolute", limit: 0 }, ok: lost === 0 },
  ];
}

/** @param {Subject} subject @param {string} home */
async function gather(subject, home) {
  const { server, connection: sender, port } = await launch(subject, home);
  /** @type {Client[]} */
  const clients = [{ connection: sender, dialect: 4 }];
  // One after the other: a server may cap how many strangers knock at once.
  // Without a device, clients of dialect 3 hold no scopes.
  const device = createDevice();
  for (const dialect of alternating())
    clients.push({ connection: await connect(port, { dialect, device }), dialect });
  let heard = 0;
  for (const { connection } of clients) connection.onEvent("presence", () => (heard += 1));
  // What the connects themselves set off is over when a later request is answered.
  await sender.request("last-heartbeat");
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { server, pid: server.pid, sender, clients, heard: () => heard };
}

/** @returns {Iterable<Dialect>} */
function* alternating() {
  for (let count = 1; count < CLIENTS; count += 1) yield count % 2 === 0 ? 4 : 3;
}

/** The frame that each dialect gets. @param {Party} party @returns {Promise<Map<Dialect, string>>} */
async function oneBroadcast({ sender, clients }) {
  const receivers = clients.slice(0, 2);
  const heard = receivers.map(
    ({ connection, dialect }) =>
      /** @type {Promise<[Dialect, string]>} */ (
        new Promise((resolve) => connection.onEvent("presence", (text) => resolve([dialect, text])))
      ),
  );
  await sender.request("system-event", REPORT);
  return new Map(await Promise.all(heard));
}
