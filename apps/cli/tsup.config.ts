import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startScriptedGateway } from "@openclaw/client/testing";
import { defineConfig } from "tsup";
import { application, wrapped, writeCodeCache } from "../../tsup.base.ts";
import type * as CommandsBundle from "./src/commands-bundle.ts";
import type { Io, Output } from "./src/io.ts";
import type * as ProgramBundle from "./src/program-bundle.ts";
import { runCli } from "./src/run-cli.ts";

const dist = fileURLToPath(new URL("./dist", import.meta.url));
const built = (name: string) => join(dist, `${name}.cjs`);

// Three files, of which a command line loads as few as it needs: what answers `--version`; what understands a command line
// and prints help; all commands. V8 gets the larger two with their code cache.
export default defineConfig([
  {
    ...application({ main: "src/main.ts" }),
    outExtension: () => ({ js: ".js" }),
    clean: ["dist/main.*"],
    // The package is made of ES modules, its built files are not.
    onSuccess: async () => writeFileSync(join(dist, "package.json"), '{ "type": "commonjs" }\n'),
  },
  {
    ...wrapped({ program: "src/program-bundle.ts" }),
    clean: ["dist/program.*"],
    onSuccess: () => writeCodeCache<typeof ProgramBundle>(built("program"), undefined, understandOnce),
  },
  {
    ...wrapped({ commands: "src/commands-bundle.ts" }),
    clean: ["dist/commands.*"],
    onSuccess: () => writeCodeCache<typeof CommandsBundle>(built("commands"), undefined, runOnce),
  },
]);

/** The command that scripts call most. */
const STATUS = ["gateway", "status", "--json"];

/** Reads help and the most used command line, so that both get into the cache. */
async function understandOnce({ runCli: understand }: typeof ProgramBundle): Promise<void> {
  const nothing = () => Promise.resolve(() => Promise.resolve(0));
  for (const argv of [["--help"], STATUS]) await understand(silentIo(dist, 1, argv), nothing);
}

/** Runs the most used command, so that it gets into the cache: with a gateway that answers, and with none. */
async function runOnce({ runCall }: typeof CommandsBundle): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "openclaw-build-"));
  const gateway = await startScriptedGateway({ token: TOKEN, methods: { status: () => ({}) } });
  for (const port of [gateway.port, 1]) {
    await runCli(silentIo(home, port, STATUS), () => Promise.resolve(runCall));
  }
  await gateway.close();
  rmSync(home, { recursive: true, force: true });
}

const TOKEN = "the build's own";

/** A machine where nothing is installed, and nobody reads. */
function silentIo(home: string, port: number, argv: readonly string[]): Io {
  const output: Output = {
    write: () => undefined,
    isTerminal: false,
    columns: undefined,
    isClosed: () => false,
  };
  return {
    argv,
    env: {
      OPENCLAW_GATEWAY_PORT: String(port),
      OPENCLAW_GATEWAY_TOKEN: TOKEN,
      OPENCLAW_STATE_DIR: home,
    },
    homeDir: home,
    cwd: home,
    stdout: output,
    stderr: output,
    readStdin: () => Promise.resolve(""),
    stdinIsTerminal: false,
    machine: {
      platform: process.platform,
      release: "",
      arch: process.arch,
      nodeVersion: process.version,
      nodePath: process.execPath,
      entryPath: "",
      tmpDir: home,
      uid: undefined,
      pid: process.pid,
      ppid: process.ppid,
    },
    now: () => 0,
    newId: () => "00000000-0000-4000-8000-000000000000",
    interruption: () => new AbortController().signal,
    edit: () => Promise.resolve(1),
    openPage: () => Promise.resolve(false),
    ask: () => Promise.resolve(""),
    handOver: () => Promise.reject(new Error("the build runs no gateway")),
    loadGateway: () => Promise.reject(new Error("the build runs no gateway")),
  };
}
