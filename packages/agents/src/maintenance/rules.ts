import type { MaintenanceConfig } from "../config.ts";

/** What may be kept, and whether the rest is removed or only told of. */
export interface MaintenanceRules {
  readonly mode: "warn" | "enforce";
  /** Age in milliseconds from which a session nobody uses goes, and then the archive it leaves. */
  readonly pruneAfterMs: number;
  /** Sessions of each agent that are kept, however old the others are. */
  readonly maxEntries: number;
  /** Age from which what a reset or a cut left goes; undefined keeps it. */
  readonly archiveAfterMs: number | undefined;
  /** Size of all transcripts above which the oldest go, until they are no larger than `highWaterBytes`. */
  readonly budget: { readonly maxBytes: number; readonly highWaterBytes: number } | undefined;
}

const DAY_MS = 86_400_000;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS } as const;
const UNIT_BYTES = { b: 1, kb: 1_024, mb: 1_048_576, gb: 1_073_741_824, tb: 1_099_511_627_776 } as const;
const HIGH_WATER = 0.8;

/** The rules in force. Docs: configuration.md#session-maintenance */
export function maintenanceRules(config: MaintenanceConfig = {}): MaintenanceRules {
  const { mode = "warn", pruneDays = 30, pruneAfter = pruneDays, maxEntries = 500 } = config;
  const { resetArchiveRetention: retention = pruneAfter, maxDiskBytes, highWaterBytes } = config;
  return {
    mode,
    pruneAfterMs: amount(pruneAfter, UNIT_MS, "d"),
    maxEntries,
    archiveAfterMs: retention === false ? undefined : amount(retention, UNIT_MS, "d"),
    budget: maxDiskBytes === undefined ? undefined : budgetOf(maxDiskBytes, highWaterBytes),
  };
}

function budgetOf(max: number | string, highWater: number | string | undefined): MaintenanceRules["budget"] {
  const maxBytes = amount(max, UNIT_BYTES, "b");
  const wanted = highWater === undefined ? maxBytes * HIGH_WATER : amount(highWater, UNIT_BYTES, "b");
  return { maxBytes, highWaterBytes: Math.min(wanted, maxBytes) };
}

/** `30d`, `10mb`; a bare number counts in the unit of its key. The schema of the configuration refused the rest. */
function amount<U extends string>(
  value: number | string,
  units: Readonly<Record<U, number>>,
  bare: U,
): number {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/iu.exec(String(value)) ?? [];
  const factors: Readonly<Record<string, number>> = units;
  return Number(number) * (factors[unit.toLowerCase() || bare] ?? Number.NaN);
}
