// Loaded before a command: tells the most memory it had resident, in kB, as the last line on stderr.
const process = require("node:process");

process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS} kB\n`));
