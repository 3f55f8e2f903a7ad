import { randomUUID } from "node:crypto";
import { compare } from "../lib/measure.mjs";
import { cpuMs, temporaryHome } from "../lib/process.mjs";
import { launch } from "../lib/servers.mjs";

const SHORT = 2_000;
const LONG = 4_000;
const RUNS_PER_ROUND = 5;

/**
 * CPU time of the gateway for an answer of 4,000 tokens beside one of 2,000: a stream must cost by its length, not by the
 * square of it.
 *
 * @param {{ rounds: number }} o
 */
export async function streams({ rounds }) {
  const home = await temporaryHome();
  const { server, connection } = await launch("gateway", home.path);
  /** @type {Record<"long" | "short", number[]>} */
  const samples = { long: [], short: [] };
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, tokens] of /** @type {const} */ ([
      ["short", SHORT],
      ["long", LONG],
    ])) {
      const before = cpuMs(server.pid);
      for (let run = 0; run < RUNS_PER_ROUND; run += 1) await answer(connection, tokens);
      if (round >= 0) samples[name].push((cpuMs(server.pid) - before) / RUNS_PER_ROUND);
    }
  }
  connection.close();
  await server.stop();
  await home.remove();
  return [
    compare({
      name: `CPU of a stream of ${LONG} tokens, to ${SHORT}`,
      unit: "ms",
      gateway: samples.long,
      baseline: samples.short,
      maxRatio: 2.2,
    }),
  ];
}

/** One run in a session of its own, to its end. @param {import("../lib/connection.mjs").Connection} connection @param {number} tokens */
async function answer(connection, tokens) {
  const idempotencyKey = randomUUID();
  const ended = new Promise((resolve) =>
    connection.onEvent("chat", (text) => {
      const { runId, state } = JSON.parse(text).payload;
      if (runId === idempotencyKey && state !== "delta") resolve(state);
    }),
  );
  const message = `@chunk 1\n@words ${tokens}`;
  await connection.request("chat.send", { sessionKey: `bench-${idempotencyKey}`, message, idempotencyKey });
  const state = await ended;
  if (state !== "final") throw new Error(`the run ended as ${state}`);
}
