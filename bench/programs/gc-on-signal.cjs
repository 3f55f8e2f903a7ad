// Loaded before a server: SIGWINCH collects its garbage, so that what stays is what it holds. The flag is set then, not
// on the command line: V8 rejects a code cache that was written under other flags, and the start would not be ours.
const process = require("node:process");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

process.on("SIGWINCH", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  for (let pass = 0; pass < 3; pass += 1) gc();
});
