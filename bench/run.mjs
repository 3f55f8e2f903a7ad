// Speed and memory of the gateway beside a bare `ws` server that the same harness starts in the same run.
//   node bench/run.mjs [--scenario <name>]… [--rounds 7] [--json] [--check]
import { parseArgs } from "node:util";
import { killAll } from "./lib/process.mjs";
import { document, missed, save, table } from "./lib/report.mjs";
import { assertBuilt } from "./lib/servers.mjs";
import { client } from "./scenarios/client.mjs";
import { commands } from "./scenarios/commands.mjs";
import { connections } from "./scenarios/connections.mjs";
import { connects } from "./scenarios/connects.mjs";
import { fanOut } from "./scenarios/fan-out.mjs";
import { memory } from "./scenarios/memory.mjs";
import { reload } from "./scenarios/reload.mjs";
import { requests } from "./scenarios/requests.mjs";
import { startup } from "./scenarios/startup.mjs";
import { streams } from "./scenarios/streams.mjs";
import { store } from "./scenarios/store.mjs";

/** @type {Readonly<Record<string, (o: { rounds: number }) => Promise<readonly import("./lib/measure.mjs").Measure[]>>>} */
const SCENARIOS = {
  startup,
  memory,
  connections,
  commands,
  requests,
  connects,
  "fan-out": fanOut,
  streams,
  client,
  reload,
  store,
};

const { values } = parseArgs({
  options: {
    scenario: { type: "string", multiple: true },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

const chosen = values.scenario ?? Object.keys(SCENARIOS);
const unknown = chosen.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0)
  fail(`unknown scenario ${unknown.join(", ")}; there are ${Object.keys(SCENARIOS).join(", ")}`);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail("--rounds takes a positive number");
if (process.platform !== "linux") fail("memory and CPU time are read from /proc: run this on Linux");

try {
  assertBuilt(chosen);
} catch (error) {
  fail(messageOf(error));
}

const results = [];
for (const scenario of chosen) {
  if (!values.json) console.error(`${scenario} …`);
  try {
    results.push({ scenario, measures: (await SCENARIOS[scenario]?.({ rounds })) ?? [] });
  } catch (error) {
    // The numbers of the others are still worth having.
    console.error(`${scenario} failed: ${messageOf(error)}`);
    process.exitCode = 2;
  } finally {
    killAll();
  }
}
const report = document(results, rounds);
save(report);
console.log(values.json ? JSON.stringify(report, null, 2) : table(results));
if (values.check && missed(results).length > 0) process.exitCode ??= 1;

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(2);
}
