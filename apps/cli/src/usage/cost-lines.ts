import type { Methods } from "@openclaw/client";

type UsageCost = Methods["usage.cost"]["result"];
type Sums = Pick<UsageCost["totals"], "totalCost" | "totalTokens" | "missingCostEntries">;

/** The text of `gateway usage-cost`. */
export function costLines({ days, totals, daily }: UsageCost): string[] {
  const latest = daily.at(-1);
  return [
    `Usage cost (${days} days)`,
    `Total: ${sums(totals)}`,
    ...(latest ? [`Latest day: ${latest.date} · ${sums(latest)}`] : []),
  ];
}

// A sum that leaves something out says so.
function sums({ totalCost, totalTokens, missingCostEntries: unpriced }: Sums): string {
  const gap = unpriced === 0 ? "" : ` · ${unpriced} ${unpriced === 1 ? "run" : "runs"} without a known price`;
  return `$${totalCost.toFixed(2)} · ${totalTokens} tokens${gap}`;
}
