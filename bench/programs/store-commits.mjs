// Keeps a number of runs' commits in flight against a store and prints how long each transaction held the event loop;
// between them it appends to a plain file and waits for the disk, to show what this disk can do in the same seconds.
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../packages/store/dist/index.js";

const [folder = "", wide = "16", seconds = "4"] = process.argv.slice(2);
const BARE_BYTES = 100_000;

/** @type {{ readonly durationMs: number }[]} */
const transactions = [];
/** @type {number[]} */
const commits = [];
/** @type {number[]} */
const bare = [];
const store = await openStore({
  path: join(folder, "gateway.sqlite"),
  onTransaction: (report) => transactions.push(report),
});
const file = openSync(join(folder, "bare"), "w");
const until = performance.now() + Number(seconds) * 1_000;

/**
 * What a finished run writes: its record, its session, the question and the answer.
 *
 * @param {number} number
 * @returns {Parameters<typeof store.agents.commit>[0]}
 */
function writes(number) {
  const at = 1_795_000_000_000 + number;
  const id = String(number).padStart(8, "0");
  const sessionId = `session-${number % 200}`;
  const line = (/** @type {string} */ content) => ({
    type: /** @type {const} */ ("message"),
    id,
    parentId: null,
    timestamp: new Date(at).toISOString(),
    message: { role: /** @type {const} */ ("user"), content, timestamp: at },
  });
  const [question, answer] = [line("How long is a coast? ".repeat(5)), line("It depends. ".repeat(40))];
  const owner = { sessionKey: `agent:main:${sessionId}`, sessionId, agentId: "main" };
  return [
    {
      type: "run.put",
      run: {
        ...owner,
        principal: "shared",
        runId: `run-${number % 2_000}`,
        kind: "chat",
        digest: id.repeat(8),
        state: "ok",
        acceptedAt: at,
        endedAt: at,
        input: question,
        inputWritten: true,
      },
    },
    {
      type: "session.put",
      entry: {
        key: owner.sessionKey,
        sessionId,
        agentId: "main",
        createdAt: 1,
        updatedAt: at,
        titleText: "How long is a coast?",
      },
    },
    { type: "transcript.append", sessionId, lines: [question, answer] },
  ];
}

let number = 0;
async function client() {
  while (performance.now() < until) {
    const startedAt = performance.now();
    await store.agents.commit(writes(number++));
    commits.push(performance.now() - startedAt);
  }
}

async function disk() {
  while (performance.now() < until) {
    const startedAt = performance.now();
    writeSync(file, Buffer.alloc(BARE_BYTES, 1));
    fdatasyncSync(file);
    bare.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await Promise.all([disk(), ...Array.from({ length: Number(wide) }, client)]);
await store.close();
closeSync(file);
console.log(JSON.stringify({ transactions: transactions.map((report) => report.durationMs), commits, bare }));
