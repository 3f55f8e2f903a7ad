// Loaded before a server with --expose-gc: SIGWINCH collects its garbage, so that what stays is what it holds.
const process = require("node:process");

process.on("SIGWINCH", () => {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc();
});
