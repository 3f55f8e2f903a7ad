import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Client, type Methods, RpcError } from "@openclaw/client";
import { resolvePaths } from "@openclaw/config";
import { createGateway, type InstalledOptions } from "@openclaw/gateway-core";
import { connect, TOKEN } from "../../support/embedded.ts";

/** A gateway of an installation, in this process, and one administrator. */
export interface Installation extends AsyncDisposable {
  readonly client: Client;
  /** Holds the state folder and what must stay untouched beside it. */
  readonly folder: string;
  readonly configPath: string;
  /** Reasons of the restarts that were asked for. */
  readonly restarts: readonly string[];
  readonly log: readonly string[];
  read(): Promise<string>;
  shown(): Promise<Methods["config.get"]["result"]>;
  /** A write for the text that is there now. */
  edit(method: EditMethod, raw: string, more?: object): Promise<unknown>;
  /** The error of a refused write. */
  refused(method: EditMethod, raw: string, more?: object): Promise<RpcError>;
}

export type EditMethod = "config.set" | "config.apply" | "config.patch";
export const EDIT_METHODS: readonly EditMethod[] = ["config.set", "config.apply", "config.patch"];

/** A configuration that takes as many writes as a test makes; `more` are further sections. */
export const text = (more = "", gateway = "") =>
  `{\n  gateway: { mode: "local", auth: { token: "${TOKEN}" }, writeBudget: { maxCalls: 10000 }${gateway} },\n${more}}\n`;

type Given = Partial<InstalledOptions> & {
  /** Further files, by their path below the state folder. */
  readonly files?: Readonly<Record<string, string>>;
};

/** A folder `…/home/state` with a configuration, and what starts a gateway there. */
export async function installation(
  source: string,
  { files = {}, ...options }: Given = {},
): Promise<AsyncDisposable & { readonly folder: string; start(): Promise<Installation> }> {
  const folder = await mkdtemp(join(tmpdir(), "threats-config-"));
  const stateDir = join(folder, "home", "state");
  const paths = resolvePaths({
    env: { OPENCLAW_STATE_DIR: stateDir },
    homeDir: folder,
    cwd: join(folder, "cwd"),
  });
  for (const [name, content] of Object.entries({ "openclaw.json": source, ...files })) {
    const path = join(stateDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  const remove = () => rm(folder, { recursive: true, force: true });
  const start = async (): Promise<Installation> => {
    const restarts: string[] = [];
    const log: string[] = [];
    const note = (...line: unknown[]) => void log.push(line.map(String).join(" "));
    const gateway = createGateway({
      paths,
      port: 0,
      env: {},
      logger: { debug: note, info: note, warn: note, error: note },
      onRestartRequested: ({ reason }) => {
        restarts.push(reason);
        return Promise.resolve();
      },
      ...options,
    });
    const { url } = await gateway.start();
    const client = await connect(url);
    const shown = () => client.request("config.get", {});
    const edit = async (method: EditMethod, raw: string, more: object = {}): Promise<unknown> =>
      client.request(method, { raw, baseHash: (await shown()).hash ?? "", ...more });
    return {
      ...{ client, folder, restarts, log, shown, edit },
      configPath: paths.configPath,
      read: () => readFile(paths.configPath, "utf8"),
      refused: async (...given) => {
        const answer: unknown = await edit(...given).catch((error: unknown) => error);
        if (answer instanceof RpcError) return answer;
        throw new Error(`not refused: ${JSON.stringify(answer).slice(0, 500)}`);
      },
      [Symbol.asyncDispose]: async () => {
        await client.close();
        await gateway.close();
        await remove();
      },
    };
  };
  return { folder, start, [Symbol.asyncDispose]: remove };
}

/** A started gateway with this configuration. */
export async function installed(source: string, given: Given = {}): Promise<Installation> {
  return (await installation(source, given)).start();
}
