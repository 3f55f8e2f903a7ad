// Loaded before a server, to ask it by signal for what cannot be seen from outside. Nothing is done before a signal comes,
// and no flag stands on the command line: V8 rejects a code cache that was written under other flags.
const process = require("node:process");

// SIGWINCH collects its garbage, so that what stays is what it holds.
process.on("SIGWINCH", () => {
  require("node:v8").setFlagsFromString("--expose-gc");
  const gc = require("node:vm").runInNewContext("gc");
  for (let pass = 0; pass < 3; pass += 1) gc();
});

/** Distance of measurements, in ms: what the histogram holds is this and the delay. */
const RESOLUTION_MS = 2;

/** @type {import("node:perf_hooks").IntervalHistogram | undefined} */
let delays;

// SIGURG has it say for how long its event loop was held up at most since the last one.
process.on("SIGURG", () => {
  const delayMs = Math.max(0, (delays?.max ?? 0) / 1e6 - RESOLUTION_MS);
  process.stderr.write(`longest delay ${delayMs.toFixed(1)} ms\n`);
  delays?.disable();
  delays = require("node:perf_hooks").monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
});
