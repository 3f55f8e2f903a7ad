// Has a gateway of its own on this machine log every frame of many calls, while its log rotates and is followed by
// `openclaw logs --follow` and on the files. Prints what each reader saw; fails when a line is lost or doubled, or when
// the files are larger than they may be. Usage: node scripts/log-flood.mjs [--lines 1000000] [--file-mib 8]
// (after npm run setup)
import { parseArgs } from "node:util";
import { flood } from "../tests/chaos/log-flood/flood.mjs";

const { values } = parseArgs({
  options: { lines: { type: "string", default: "1000000" }, "file-mib": { type: "string", default: "8" } },
});
const MIB = 1024 * 1024;
const maxFileBytes = Number(values["file-mib"]) * MIB;
const maxTotalBytes = 5 * maxFileBytes;
const mib = (bytes) => (bytes / MIB).toFixed(1);

const startedAt = performance.now();
const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
const { mostBytes, rotations, byCommand, onFiles } = await flood({
  lines: Number(values.lines),
  maxFileBytes,
  maxTotalBytes,
  onProgress: (lines) => console.log(`… ${lines} lines asked for (${seconds()} s)`),
});
for (const [name, { lines, lost, doubled, notices }] of Object.entries({ byCommand, onFiles })) {
  console.log(`${name}: ${lines} lines, ${lost} lost, ${doubled} doubled, ${notices.length} notices`);
  for (const notice of new Set(notices)) console.log(`  ${notice}`);
}
console.log(`files: ${rotations} rotations, at most ${mib(mostBytes)} MiB of ${mib(maxTotalBytes)} MiB`);
console.log(`${seconds()} s`);
const wrong = [byCommand, onFiles].reduce((sum, { lost, doubled }) => sum + lost + doubled, 0);
process.exitCode = wrong === 0 && mostBytes <= maxTotalBytes ? 0 : 1;
