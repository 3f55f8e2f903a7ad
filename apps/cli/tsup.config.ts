import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsup";
import { application } from "../../tsup.base.ts";
import { compileBundle } from "./src/code-cache.ts";
import type * as CommandsBundle from "./src/commands-bundle.ts";
import type { Io, Output } from "./src/io.ts";

// Two files: what answers `--version`, and all commands, which V8 gets with its code cache. Bundled from our packages'
// sources, so that only what a command uses is in it.
const shared = {
  format: ["cjs" as const],
  banner: {},
  esbuildOptions: (options: { conditions?: string[] }) => {
    options.conditions = ["@openclaw/source", "module"];
  },
};

const dist = fileURLToPath(new URL("./dist", import.meta.url));

export default defineConfig([
  {
    ...application(["src/main.ts"], { splitting: false }),
    ...shared,
    outExtension: () => ({ js: ".js" }),
    clean: ["dist/main.*"],
    // The package is made of ES modules, its built files are not.
    onSuccess: async () => writeFileSync(join(dist, "package.json"), '{ "type": "commonjs" }\n'),
  },
  {
    ...application(["src/commands-bundle.ts"], { splitting: false }),
    ...shared,
    entry: { commands: "src/commands-bundle.ts" },
    clean: ["dist/commands.*"],
    onSuccess: () => writeCodeCache(join(dist, "commands.cjs")),
  },
]);

/** The cache holds what has been compiled, so the bundle first runs the command that scripts call most. */
async function writeCodeCache(path: string): Promise<void> {
  const bundle = compileBundle<typeof CommandsBundle>(path);
  const { runCli } = bundle.run();
  const home = mkdtempSync(join(tmpdir(), "openclaw-build-"));
  await runCli(silentIo(home, ["gateway", "status", "--json"]));
  rmSync(home, { recursive: true, force: true });
  writeFileSync(`${path}.cache`, bundle.cache());
}

/** A machine where nothing is installed, nothing listens, and nobody reads. */
function silentIo(home: string, argv: readonly string[]): Io {
  const output: Output = {
    write: () => undefined,
    isTerminal: false,
    columns: undefined,
    isClosed: () => false,
  };
  return {
    argv,
    env: { OPENCLAW_GATEWAY_PORT: "1", OPENCLAW_STATE_DIR: home },
    homeDir: home,
    cwd: home,
    stdout: output,
    stderr: output,
    stdinIsTerminal: false,
    machine: {
      platform: process.platform,
      release: "",
      arch: process.arch,
      nodeVersion: process.version,
      tmpDir: home,
      uid: undefined,
      pid: process.pid,
      ppid: process.ppid,
    },
    now: () => 0,
    newId: () => "00000000-0000-4000-8000-000000000000",
    interruption: () => new AbortController().signal,
    handOver: () => Promise.reject(new Error("the build runs no gateway")),
  };
}
