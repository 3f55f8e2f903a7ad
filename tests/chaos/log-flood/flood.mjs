// A gateway that logs every frame while clients ask it as fast as it answers, and two readers that follow its log.
import { followByCommand, followFiles } from "./readers.mjs";
import { Stage } from "./stage.mjs";

const CLIENTS = 4;
/** Calls of one client that wait for their answer at the same time. */
const IN_FLIGHT = 16;
const METHOD = "last-heartbeat";
/** One line for the request, one for the answer. */
const LINES_PER_CALL = 2;
/** No gateway has it. */
const LAST_METHOD = "flood.end";

/**
 * Has so many lines written, and follows them over RPC (`openclaw logs --follow --json`) and on the files.
 *
 * @param {import("./flood.d.mts").FloodOptions} options
 * @returns {Promise<import("./flood.d.mts").FloodResult>}
 */
export async function flood({ lines, isReaderHeldUp = false, onProgress, ...sizes }) {
  const stage = await Stage.create(sizes);
  try {
    const isLast = (line) => line.includes(" res ✗ (unknown) ");
    const readers = [followByCommand(stage, isLast), followFiles(stage, isLast)];
    await Promise.all(readers.map(({ account }) => account.started));
    const watch = stage.watchSize();
    const [{ child }] = readers;
    if (isReaderHeldUp) child.kill("SIGSTOP");
    await askAll(stage, { calls: Math.ceil(lines / LINES_PER_CALL), onProgress });
    child.kill("SIGCONT");
    await stage.ask(LAST_METHOD).catch(() => undefined);
    await Promise.all(readers.map(({ finished }) => finished));
    const [byCommand, onFiles] = readers.map(({ account }) => account);
    return { ...(await watch.stop()), byCommand, onFiles };
  } finally {
    await stage.close();
  }
}

async function askAll(stage, { calls, onProgress }) {
  let asked = 0;
  const ask = async (client) => {
    while (asked < calls) {
      asked += 1;
      if (asked % 50_000 === 0) onProgress?.(asked * LINES_PER_CALL);
      await client.request(METHOD, {});
    }
  };
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => stage.connect()));
  await Promise.all(clients.flatMap((client) => Array.from({ length: IN_FLIGHT }, () => ask(client))));
  await Promise.all(clients.map((client) => client.close()));
}
