import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { helloOk, startScriptedGateway } from "@openclaw/client/testing";
import { defineConfig } from "tsup";
import { application, wrapped, writeCodeCache } from "../../tsup.base.ts";
import type * as CommandsBundle from "./src/commands-bundle.ts";
import type * as FrequentBundle from "./src/frequent-bundle.ts";
import type { Io, Output } from "./src/io.ts";
import type * as ProgramBundle from "./src/program-bundle.ts";
import { parseCommandLine } from "./src/program.ts";
import { type CommandLoaders, runCli } from "./src/run-cli.ts";

const dist = fileURLToPath(new URL("./dist", import.meta.url));
const built = (name: string) => join(dist, `${name}.cjs`);

// A command line loads as few of these as it needs: what answers `--version`; what understands a command line and prints
// help; the commands that are asked for all the time; all others. V8 gets the last three with their code cache.
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
    ...wrapped({ frequent: "src/frequent-bundle.ts" }),
    clean: ["dist/frequent.*"],
    onSuccess: () => writeCodeCache<typeof FrequentBundle>(built("frequent"), undefined, askOnce),
  },
  {
    ...wrapped({ commands: "src/commands-bundle.ts" }),
    clean: ["dist/commands.*"],
    onSuccess: () => writeCodeCache<typeof CommandsBundle>(built("commands"), undefined, readOnce),
  },
]);

const REPORTS = [
  ["gateway", "status", "--json"],
  ["health", "--json"],
  ["channels", "status", "--json"],
];

/** Reads help and a command line, so that both get into the cache. */
async function understandOnce(bundle: typeof ProgramBundle): Promise<void> {
  const parser = () => Promise.resolve(bundle.parseCommandLine);
  for (const argv of [["--help"], ["gateway", "call", "health", "--json"]]) {
    await bundle.runCli(silentIo(dist, 1, argv), { ...loaders({}), parser });
  }
}

/** Asks a gateway that answers, and one that is not there, so that all it takes gets into the cache. */
function askOnce({ runCli: runPlain, runFrequent }: typeof FrequentBundle): Promise<void> {
  return inSilentHome(async (folder, gatewayPort) => {
    for (const port of [gatewayPort, 1]) {
      for (const argv of REPORTS) await runPlain(silentIo(folder, port, argv), loaders({ runFrequent }));
    }
  });
}

/** Reads a configuration, which is what every other command begins with. */
function readOnce({ runCall }: typeof CommandsBundle): Promise<void> {
  return inSilentHome(async (folder, port) => {
    await runCli(silentIo(folder, port, ["config", "validate", "--json"]), loaders({ runCall }));
  });
}

async function inSilentHome(use: (folder: string, gatewayPort: number) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "openclaw-build-"));
  writeFileSync(join(folder, "openclaw.json"), CONFIG);
  const methods = { status: () => ({}), health: () => ({}), "channels.status": () => ({}) };
  const gateway = await startScriptedGateway({ connect: letIn, methods });
  await use(folder, gateway.port);
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What a build does not run does nothing. */
function loaders(built: Partial<typeof FrequentBundle & typeof CommandsBundle>): CommandLoaders {
  const nothing = () => Promise.resolve(0);
  return {
    parser: () => Promise.resolve(parseCommandLine),
    frequent: () => Promise.resolve(built.runFrequent ?? nothing),
    others: () => Promise.resolve(built.runCall ?? nothing),
  };
}

const TOKEN = "the build's own";

/** What stands in most configurations. */
const CONFIG = `{
  // A comment.
  gateway: { mode: "local", auth: { mode: "token", token: "\${OPENCLAW_GATEWAY_TOKEN}" } },
}
`;

/** Pairs the build's device, as a gateway does with its own machine. */
function letIn(params: Parameters<typeof helloOk>[0]): ReturnType<typeof helloOk> {
  const auth = { role: "operator" as const, scopes: params.scopes ?? [], deviceToken: "issued" };
  return helloOk(params, { auth });
}

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
    waitSign: () => () => undefined,
    interruption: () => new AbortController().signal,
    edit: () => Promise.resolve(1),
    openPage: () => Promise.resolve(false),
    ask: () => Promise.resolve(""),
    handOver: () => Promise.reject(new Error("the build runs no gateway")),
    loadGateway: () => Promise.reject(new Error("the build runs no gateway")),
  };
}
