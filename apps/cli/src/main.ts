import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Gateway from "@openclaw/gateway";
import { compileBundle } from "./code-cache.ts";
import type * as CommandsBundle from "./commands-bundle.ts";
import type * as FrequentBundle from "./frequent-bundle.ts";
import type * as ProgramBundle from "./program-bundle.ts";
import { isVersionRequest, VERSION } from "./version.ts";

// Built as CommonJS, like the file in bin/: starting Node's loader of ES modules takes longer than our own start.

// Node opens its debugger on SIGUSR1; a gateway that is still being loaded may be sent one already.
process.on("SIGUSR1", () => undefined);

// The version is asked for in scripts and prompts: nothing else is loaded for it.
if (isVersionRequest(process.argv.slice(2))) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const program = load<typeof ProgramBundle>("program");
  void program.runProcess({
    frequent: () => Promise.resolve(load<typeof FrequentBundle>("frequent").runFrequent),
    others: () => Promise.resolve(load<typeof CommandsBundle>("commands").runCall),
    gateway: loadGateway,
  });
}

function load<Exports>(name: string): Exports {
  return compileBundle<Exports>(join(__dirname, `${name}.cjs`)).run();
}

/** The gateway is a bundle of its own, which finds its natives and heavy libraries from where it lies. */
async function loadGateway(): Promise<typeof Gateway> {
  const path = require.resolve("@openclaw/gateway");
  return compileBundle<typeof Gateway>(path, createRequire(path)).run();
}
