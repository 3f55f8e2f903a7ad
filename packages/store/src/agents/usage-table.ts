import type { AgentWrite, UsageHour } from "@openclaw/agents";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";

const HOUR_MS = 3_600_000;

/** What models used, summed up by the hour. */
export class UsageTable {
  readonly #add: Statement;
  readonly #range: Statement;

  constructor(database: Database) {
    this.#add = database.statement(`
      INSERT INTO usage_hours (hour, input, output, cache_read, cache_write,
        input_cost, output_cost, cache_read_cost, cache_write_cost, missing_cost_entries)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (hour) DO UPDATE SET input = input + excluded.input, output = output + excluded.output,
        cache_read = cache_read + excluded.cache_read, cache_write = cache_write + excluded.cache_write,
        input_cost = input_cost + excluded.input_cost, output_cost = output_cost + excluded.output_cost,
        cache_read_cost = cache_read_cost + excluded.cache_read_cost,
        cache_write_cost = cache_write_cost + excluded.cache_write_cost,
        missing_cost_entries = missing_cost_entries + excluded.missing_cost_entries`);
    this.#range = database.statement(`
      SELECT json_object('hour', hour, 'input', input, 'output', output, 'cacheRead', cache_read,
        'cacheWrite', cache_write, 'inputCost', input_cost, 'outputCost', output_cost,
        'cacheReadCost', cache_read_cost, 'cacheWriteCost', cache_write_cost,
        'missingCostEntries', missing_cost_entries)
      FROM usage_hours WHERE hour >= ? AND hour < ? ORDER BY hour`);
  }

  /** Prepares to add what was used to its hour. */
  add({ at, usage, isPriced }: Extract<AgentWrite, { type: "usage.add" }>): () => void {
    const { input, output, cacheRead, cacheWrite, cost } = usage;
    const values = [
      ...[Math.floor(at / HOUR_MS) * HOUR_MS, input, output, cacheRead, cacheWrite],
      ...[cost.input, cost.output, cost.cacheRead, cost.cacheWrite, isPriced ? 0 : 1],
    ];
    return () => this.#add.run(...values);
  }

  /** Hours that begin in `from` <= hour < `to`, oldest first. */
  range(from: number, to: number): UsageHour[] {
    return this.#range.texts(from, to).map((hour) => decode(hour));
  }
}
