#!/usr/bin/env node
// Linked at install, before the build exists: say what is missing instead of a module error.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error("openclaw is not built. run: npm run setup");
  process.exit(1);
}
