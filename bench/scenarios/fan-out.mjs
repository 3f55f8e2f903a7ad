import { connect } from "../lib/connection.mjs";
import { compare } from "../lib/measure.mjs";
import { temporaryHome } from "../lib/process.mjs";
import { launch } from "../lib/servers.mjs";

const CLIENTS = 100;
/** The gateway goes first: its frame is what the other sends. @type {readonly import("../lib/servers.mjs").Subject[]} */
const SUBJECTS = ["gateway", "baseline"];

/**
 * One request that makes the server tell everybody, until the last of a hundred clients has heard. The bare server sends
 * the very frame that the gateway sent before it.
 *
 * @param {{ rounds: number }} o
 */
export async function fanOut({ rounds }) {
  const home = await temporaryHome();
  const parties = {
    gateway: await gather("gateway", home.path),
    baseline: await gather("baseline", home.path),
  };
  /** @type {Record<import("../lib/servers.mjs").Subject, number[]>} */
  const samples = { gateway: [], baseline: [] };
  let lastFrame = "";
  for (let round = -1; round < rounds; round += 1) {
    for (const subject of SUBJECTS) {
      const text = subject === "gateway" ? `bench round ${round}` : lastFrame;
      const { ms, frame } = await broadcast(parties[subject], text);
      if (subject === "gateway") lastFrame = frame;
      if (round >= 0) samples[subject].push(ms);
    }
  }
  for (const { clients, server } of Object.values(parties)) {
    for (const client of clients) client.close();
    await server.stop();
  }
  await home.remove();
  const size = (lastFrame.length / 1024).toFixed(1);
  return [compare({ name: `broadcast of ${size} KB to ${CLIENTS} clients`, unit: "ms", ...samples })];
}

/** @param {import("../lib/servers.mjs").Subject} subject @param {string} home */
async function gather(subject, home) {
  const { server, connection, port } = await launch(subject, home);
  const clients = [connection];
  // One after the other: a server may cap how many strangers knock at once.
  while (clients.length < CLIENTS) clients.push(await connect(port));
  // What the connects themselves set off is over when a later request is answered.
  await connection.request("last-heartbeat");
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { server, clients };
}

/** @param {{ clients: readonly import("../lib/connection.mjs").Connection[] }} party @param {string} text */
async function broadcast({ clients }, text) {
  const heard = Promise.all(clients.map((client) => client.nextEvent("presence")));
  const startedAt = performance.now();
  await clients[0]?.request("system-event", { text });
  const frames = await heard;
  return { ms: performance.now() - startedAt, frame: frames[0] ?? "" };
}
