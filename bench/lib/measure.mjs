import { median } from "./stats.mjs";

/**
 * One line of the report.
 *
 * @typedef {object} Measure
 * @property {string} name
 * @property {"ms" | "µs" | "MB" | "KiB" | ""} unit
 * @property {number} gateway median or percentile of ours
 * @property {number} [baseline] the same of what it is compared with
 * @property {number} [ratio] gateway / baseline
 * @property {{ readonly kind: "ratio" | "absolute"; readonly limit: number }} [bar] what must not be exceeded
 * @property {boolean} [ok] whether it was not
 * @property {{ readonly gateway: readonly number[]; readonly baseline?: readonly number[] }} [samples]
 */

/**
 * Compares medians of two lists of samples.
 *
 * @param {{ name: string; unit: Measure["unit"]; gateway: readonly number[]; baseline: readonly number[]; maxRatio?: number }} o
 * @returns {Measure}
 */
export function compare({ name, unit, gateway, baseline, maxRatio }) {
  const values = { gateway: median(gateway), baseline: median(baseline) };
  const ratio = values.gateway / values.baseline;
  return {
    name,
    unit,
    ...values,
    ratio,
    ...(maxRatio !== undefined && { bar: { kind: "ratio", limit: maxRatio }, ok: ratio <= maxRatio }),
    samples: { gateway, baseline },
  };
}

/**
 * CPU time of the servers for each unit of work: every sample is `{ cpuMs, units }`.
 *
 * @typedef {{ readonly cpuMs: number; readonly units: number }} Work
 * @param {{ name: string; gateway: readonly Work[]; baseline: readonly Work[]; maxRatio: number }} o
 */
export function cpuPerUnit({ name, gateway, baseline, maxRatio }) {
  const each = (/** @type {readonly Work[]} */ work) =>
    work.map(({ cpuMs, units }) => (cpuMs * 1000) / units);
  return compare({ name, unit: "µs", gateway: each(gateway), baseline: each(baseline), maxRatio });
}

/**
 * Two numbers that were computed already, such as percentiles.
 *
 * @param {{ name: string; gateway: number; baseline?: number; maxMs?: number }} o
 * @returns {Measure}
 */
export function milliseconds({ name, gateway, baseline, maxMs }) {
  return {
    name,
    unit: "ms",
    gateway,
    ...(baseline !== undefined && { baseline, ratio: gateway / baseline }),
    ...(maxMs !== undefined && { bar: { kind: "absolute", limit: maxMs }, ok: gateway <= maxMs }),
  };
}
