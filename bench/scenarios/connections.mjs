import { connect } from "../lib/connection.mjs";
import { residentMb, temporaryHome } from "../lib/process.mjs";
import { launch } from "../lib/servers.mjs";

const CONNECTIONS = 2_000;
const MAX_KIB = 24;

/**
 * Resident memory that each of two thousand idle connections adds, garbage collected before and after.
 */
export async function connections() {
  const home = await temporaryHome();
  const kib = {
    gateway: await perConnection("gateway", home.path),
    baseline: await perConnection("baseline", home.path),
  };
  await home.remove();
  return [
    /** @type {import("../lib/measure.mjs").Measure} */ ({
      name: `memory of an idle connection (of ${CONNECTIONS})`,
      unit: "KiB",
      ...kib,
      ratio: kib.gateway / kib.baseline,
      bar: { kind: "absolute", limit: MAX_KIB },
      ok: kib.gateway <= MAX_KIB,
    }),
  ];
}

/** @param {import("../lib/servers.mjs").Subject} subject @param {string} home */
async function perConnection(subject, home) {
  const { server, connection, port } = await launch(subject, home);
  // A burst of connects makes V8 grow its young generation, which stays: that is not what connections hold.
  for (const each of await hold(port)) await each.leave();
  const before = await resident();
  const held = await hold(port);
  const after = await resident();
  for (const each of [connection, ...held]) each.close();
  await server.stop();
  return ((after - before) * 1024) / CONNECTIONS;

  async function resident() {
    // Long enough for everything that connects set off, told lists of clients included.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await server.collectGarbage();
    return residentMb(server.pid);
  }
}

/** @param {number} port */
async function hold(port) {
  const held = [];
  while (held.length < CONNECTIONS) held.push(await connect(port));
  return held;
}
