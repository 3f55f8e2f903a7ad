import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** @typedef {{ readonly scenario: string; readonly measures: readonly import("./measure.mjs").Measure[] }} Result */

const COLUMNS = ["measure", "gateway", "baseline", "ratio", "bar", ""];

/** @param {readonly Result[]} results */
export function table(results) {
  const rows = results.flatMap(({ measures }) => measures.map(cells));
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return [line(COLUMNS), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** @param {import("./measure.mjs").Measure} measure */
function cells({ name, unit, gateway, baseline, ratio, bar, ok }) {
  const value = (/** @type {number | undefined} */ number) =>
    number === undefined ? "" : unit === "" ? String(number) : `${number.toFixed(2)} ${unit}`;
  const limit =
    bar === undefined ? "" : bar.kind === "ratio" ? `<= ${bar.limit}x` : `<= ${bar.limit} ${unit}`;
  const verdict = ok === undefined ? "" : ok ? "ok" : "MISSED";
  return [
    name,
    value(gateway),
    value(baseline),
    ratio === undefined ? "" : `${ratio.toFixed(2)}x`,
    limit,
    verdict,
  ];
}

/** @param {readonly Result[]} results @param {number} rounds */
export function document(results, rounds) {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memoryMb: Math.round(totalmem() / 1048576),
    load: loadavg(),
  };
  return {
    at: new Date().toISOString(),
    node: process.version,
    platform: process.platform,
    machine,
    rounds,
    results,
  };
}

/** @param {unknown} content */
export function save(content) {
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("latest.json", folder), `${JSON.stringify(content, null, 2)}\n`);
}

/** @param {readonly Result[]} results */
export const missed = (results) =>
  results.flatMap(({ measures }) => measures).filter(({ ok }) => ok === false);
