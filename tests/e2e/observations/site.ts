import { mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@openclaw/client";
import { loadConfig, RELOAD_KINDS, resolvePaths } from "@openclaw/config";
import { createGateway } from "@openclaw/gateway-core";
import { ReloadEngine, type ReloadMode } from "@openclaw/reload";
import { connect, TOKEN } from "../../support/embedded.ts";
import type { Sections } from "./rows.ts";

/** Something that follows a configuration file. */
export interface Site extends AsyncDisposable {
  readonly folder: string;
  readonly configPath: string;
  /** What its reloads say. */
  readonly lines: readonly string[];
  /** How many restarts were asked for. */
  readonly restarts: () => number;
}

/** A site with a gateway. */
export interface GatewaySite extends Site {
  /** Connects an administrator. */
  connect(): Promise<Client>;
}

/** The text of a configuration. */
export function textOf({ gateway = {}, ...sections }: Sections, mode: ReloadMode): string {
  const { reload, auth, ...others } = gateway;
  return JSON.stringify({
    gateway: {
      mode: "local",
      auth: { token: TOKEN, ...auth },
      reload: { mode, debounceMs: 20, ...reload },
      ...others,
    },
    ...sections,
  });
}

/** Renames a text into place. */
export async function put(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}

async function folderWith(text: string) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "observations-")));
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  await put(paths.configPath, text);
  return { folder, paths, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A started gateway whose port the command line decides. */
export async function run(
  text: string,
  prepare: (folder: string, configPath: string) => Promise<void> = async () => {},
): Promise<GatewaySite> {
  const { folder, paths, remove } = await folderWith(text);
  await prepare(folder, paths.configPath);
  const lines: string[] = [];
  const silent = () => {};
  const note = (...words: unknown[]) => void lines.push(words.map(String).join(" "));
  const quiet = { debug: silent, info: silent, warn: silent, error: silent };
  let restarts = 0;
  const gateway = createGateway({
    paths,
    port: 0,
    logger: quiet,
    subsystem: (name) => (name === "reload" ? { debug: note, info: note, warn: note, error: note } : quiet),
    onRestartRequested: () => {
      restarts += 1;
      return Promise.resolve();
    },
  });
  const { url } = await gateway.start();
  const clients: Client[] = [];
  return {
    ...{ folder, lines, configPath: paths.configPath },
    connect: async () => {
      const client = await connect(url);
      clients.push(client);
      return client;
    },
    restarts: () => restarts,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await gateway.close();
      await remove();
    },
  };
}

/** The engine alone, without any subsystem. */
export async function plan(text: string): Promise<Site> {
  const { folder, paths, remove } = await folderWith(text);
  const lines: string[] = [];
  const note = (...words: unknown[]) => void lines.push(words.map(String).join(" "));
  let restarts = 0;
  const engine = new ReloadEngine({
    initial: await loadConfig({ paths, env: {} }),
    paths,
    env: {},
    rules: RELOAD_KINDS,
    parts: [],
    preflight: () => Promise.resolve([]),
    requestRestart: () => void (restarts += 1),
    onStatus: () => {},
    logger: { info: note, warn: note, error: note },
  });
  await engine.watch();
  return {
    ...{ folder, lines, configPath: paths.configPath },
    restarts: () => restarts,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await remove();
    },
  };
}
