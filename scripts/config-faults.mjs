// Edits the configuration of gateways of its own on this machine in every wrong way, writes it over RPC meanwhile, kills
// the process, and holds files and gateway against what must be so. Prints what was done, by kind; for a violation the
// fewest steps that lead to it. Usage: node scripts/config-faults.mjs [--sequences 10000] [--seed <n>] [--gateways 2]
// [--only <number of a sequence>]   (after npm run setup)
import { parseArgs } from "node:util";
import { tryFaults } from "../tests/chaos/config-faults/faults.mjs";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    gateways: { type: "string", default: "2" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const only = values.only === undefined ? undefined : Number(values.only);
const count = only === undefined ? Number(values.sequences) : only + 1;
const parts = only === undefined ? Number(values.gateways) : 1;

const startedAt = performance.now();
const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
const done = Array.from({ length: parts }, () => 0);
let printedAt = startedAt;
function progress(part, sequences) {
  done[part] = sequences;
  if (performance.now() - printedAt < 30_000) return;
  printedAt = performance.now();
  console.log(`… ${done.reduce((sum, each) => sum + each, 0)} of ${count} (${seconds()} s)`);
}
function tell({ problem, index, steps }) {
  console.log(`sequence ${index}: ${problem}`);
  console.log(`fewest steps: ${JSON.stringify(steps)}`);
  if (index >= 0) console.log(`again: node scripts/config-faults.mjs --seed ${seed} --only ${index}`);
}

console.log(`seed ${seed}`);
const runs = done.map(async (_, part) => {
  const onProgress = (sequences) => progress(part, sequences);
  const result = await tryFaults({
    seed,
    count,
    part,
    parts,
    ...(only !== undefined && { only }),
    onProgress,
  });
  // At once: the others may go on for long.
  result.violations.forEach(tell);
  return result;
});
const results = await Promise.all(runs);

const kinds = new Map();
for (const result of results)
  for (const [kind, times] of result.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + times);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const violations = results.flatMap((result) => result.violations);
console.log(`sequences: ${sum("sequences")}, steps: ${sum("steps")} (seed ${seed}, ${seconds()} s)`);
for (const [kind, times] of [...kinds].sort()) console.log(`${String(times).padStart(9)}  ${kind}`);
console.log(`violations: ${violations.length}`);
if (violations.length > 0) process.exit(1);
