import { fileURLToPath } from "node:url";
import { milliseconds } from "../lib/measure.mjs";
import { environment, run, temporaryHome } from "../lib/process.mjs";
import { percentile } from "../lib/stats.mjs";

const PROGRAM = fileURLToPath(new URL("../programs/store-commits.mjs", import.meta.url));
const WIDTHS = [1, 16, 64];
const MAX_BATCH_MS = 5;

/** How long one transaction of the store holds the event loop, with few and with many runs ending at once. */
export async function store() {
  const measures = [];
  for (const wide of WIDTHS) {
    const home = await temporaryHome();
    const { stdout } = await run(
      [process.execPath, PROGRAM, home.path, String(wide)],
      environment(home.path),
    );
    await home.remove();
    const { transactions, commits, bare } = JSON.parse(stdout);
    const bareMs = percentile(bare, 0.99);
    // A disk that is slower than the bar all by itself says nothing about the store.
    const isJudged = bareMs <= MAX_BATCH_MS;
    measures.push(
      milliseconds({
        name: `store batch p99, ${wide} at once / bare append and sync${isJudged ? "" : " (busy disk: not judged)"}`,
        gateway: percentile(transactions, 0.99),
        baseline: bareMs,
        ...(isJudged && { maxMs: MAX_BATCH_MS }),
      }),
      milliseconds({ name: `store commit p50, ${wide} at once`, gateway: percentile(commits, 0.5) }),
    );
  }
  return measures;
}
