#!/usr/bin/env node
// Linked at install, before the build exists: say what is missing instead of a module error.
try {
  require("../dist/main.js");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND" || !error.message.includes("dist/main.js")) throw error;
  console.error("openclaw is not built. run: npm run setup");
  process.exitCode = 1;
}
