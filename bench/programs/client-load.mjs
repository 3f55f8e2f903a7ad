// One process full of clients, so that what is measured is them and not the server.
//   client-load.mjs requests <client|bare> <port> <calls>   prints the CPU time of the calls, in ms
//   client-load.mjs events <port> <seconds>                 prints { heard, heapBefore, heapAfter }
//   client-load.mjs crowd <port> <clients>                  prints a line whenever all of them are connected
import { createNodeClient, connectNode } from "@openclaw/client/node";
import { connect, TOKEN } from "../lib/connection.mjs";

const IN_FLIGHT = 64;
const [mode = "", ...rest] = process.argv.slice(2);
/** @param {string | undefined} port */
const options = (port) => ({
  url: `ws://127.0.0.1:${port}`,
  auth: { token: TOKEN },
  scopes: ["operator.read", "operator.write"],
});

if (mode === "requests") await requests(...rest);
if (mode === "events") await events(...rest);
if (mode === "crowd") await crowd(...rest);

/** @param {string[]} args */
async function requests(kind, port, calls) {
  const connection = kind === "bare" ? await connect(Number(port)) : await connectNode(options(port));
  const count = Number(calls);
  await pipeline(connection, count);
  const before = process.cpuUsage();
  await pipeline(connection, count);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);
  await connection.close();
}

/** @param {{ request: (method: "last-heartbeat") => Promise<unknown> }} connection @param {number} calls */
async function pipeline(connection, calls) {
  let left = calls;
  const lane = async () => {
    while (left-- > 0) await connection.request("last-heartbeat");
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** @param {string[]} args */
async function events(port, seconds) {
  const client = await connectNode(options(port));
  let heard = 0;
  client.on("chat", () => (heard += 1));
  const heap = () => {
    for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const sent = client.request("bench.events", { seconds: Number(seconds) }, { timeoutMs: 120_000 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const heapBefore = heap();
  const total = await sent;
  while (heard < Number(total)) await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(JSON.stringify({ total, heard, heapBefore, heapAfter: heap() }));
  await client.close();
}

/** @param {string[]} args */
async function crowd(port, clients) {
  const count = Number(clients);
  const up = new Set();
  for (let index = 0; index < count; index += 1) {
    const onStatus = (/** @type {{ type: string }} */ { type }) => {
      if (type === "waiting") up.delete(index);
      if (type === "connected" && up.size < up.add(index).size && up.size === count)
        console.log("all connected");
    };
    const client = createNodeClient({ ...options(port), reconnect: {}, onStatus });
    await client.connect();
  }
}
