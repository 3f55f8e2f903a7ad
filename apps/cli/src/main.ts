import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Gateway from "@openclaw/gateway";
import { compileBundle } from "./code-cache.ts";
import type * as CommandsBundle from "./commands-bundle.ts";
import type * as FrequentBundle from "./frequent-bundle.ts";
import type * as ProgramBundle from "./program-bundle.ts";
import { seemsFrequent } from "./plain-line.ts";
import { isVersionRequest, VERSION } from "./version.ts";

// Built as CommonJS, like the file in bin/: starting Node's loader of ES modules takes longer than our own start.

// Node opens its debugger on SIGUSR1; a gateway that is still being loaded may be sent one already.
process.on("SIGUSR1", () => undefined);

const argv = process.argv.slice(2);

// The version is asked for in scripts and prompts: nothing else is loaded for it.
if (isVersionRequest(argv)) process.stdout.write(`${VERSION}\n`);
else
  void (seemsFrequent(argv) ? frequent() : program()).runProcess({
    parser: () => Promise.resolve(program().parseCommandLine),
    frequent: () => Promise.resolve(frequent().runFrequent),
    others: () => Promise.resolve(load<typeof CommandsBundle>("commands").runCall),
    gateway: loadGateway,
  });

function program() {
  return load<typeof ProgramBundle>("program");
}

function frequent() {
  return load<typeof FrequentBundle>("frequent");
}

function load<Exports>(name: string): Exports {
  return compileBundle<Exports>(join(__dirname, `${name}.cjs`)).run();
}

/** The gateway is a bundle of its own, which finds its natives and heavy libraries from where it lies. */
async function loadGateway(): Promise<typeof Gateway> {
  const path = require.resolve("@openclaw/gateway");
  return compileBundle<typeof Gateway>(path, createRequire(path)).run();
}
