import { mkdir } from "node:fs/promises";
import type { LoadedConfig } from "@openclaw/config";
import type { ReloadPart } from "@openclaw/reload";
import { GatewayError } from "../errors.ts";
import type { Loaded } from "../load.ts";
import type { Logger } from "../options.ts";
import { type Claimant, claimFile, holderText, type Lock } from "./lock.ts";
import { configFile, type SharedThing, workspaces } from "./shared-things.ts";

/** What an instance holds besides its state folder: its configuration file and its workspaces. */
export interface InstanceClaims {
  /** The workspaces follow the configuration. */
  readonly part: ReloadPart<LoadedConfig>;
  /** @throws {GatewayError} STATE_IN_USE: another living gateway holds one of them; none is kept then */
  acquire(): Promise<void>;
  release(): Promise<void>;
}

export interface InstanceClaimsOptions {
  readonly loaded: Loaded;
  readonly claimant: () => Claimant;
  /** Whether this gateway belongs to a user with an installation, not to a program. */
  readonly isInstalled: boolean;
  readonly logger: Logger;
}

/**
 * A claim lies beside what it is for and is advice: where it cannot be written there is none, and a holder that does not
 * answer holds nothing. Docs: configuration.md#one-gateway-per-state-folder
 */
export function createInstanceClaims(options: InstanceClaimsOptions): InstanceClaims {
  const { loaded, isInstalled, claimant, logger } = options;
  const held = new Map<string, Lock>();
  const find = async (config: LoadedConfig): Promise<readonly SharedThing[]> => {
    if (!loaded.isDurable) return [];
    const fallback = isInstalled ? loaded.paths.workspaceDir : undefined;
    return [...(isInstalled ? [configFile(loaded.paths)] : []), ...(await workspaces(config, fallback))];
  };
  const take = async (things: readonly SharedThing[]): Promise<readonly string[]> => {
    const taken: string[] = [];
    try {
      for (const thing of things) {
        if (held.has(thing.lockPath)) continue;
        const lock = await claim(thing, claimant(), logger);
        if (lock === undefined) continue;
        held.set(thing.lockPath, lock);
        taken.push(thing.lockPath);
      }
      return taken;
    } catch (error) {
      await drop(taken);
      throw error;
    }
  };
  const drop = async (paths: readonly string[]) => {
    for (const path of paths) {
      await held.get(path)?.release();
      held.delete(path);
    }
  };
  return {
    part: {
      name: "workspaces",
      follows: ["agents.defaults.workspace", "agents.list"],
      provision: async (next) => {
        const things = await find(next);
        const before = [...held.keys()];
        const taken = await take(things).catch((error: unknown) => {
          throw error instanceof GatewayError ? new Error(error.lines.join(". "), { cause: error }) : error;
        });
        const wanted = new Set(things.map(({ lockPath }) => lockPath));
        return {
          swap: () => {},
          finish: () => drop(before.filter((path) => !wanted.has(path))),
          revert: () => drop(taken),
        };
      },
    },
    acquire: async () => void (await take(await find(loaded.config))),
    release: () => drop([...held.keys()]),
  };
}

async function claim(thing: SharedThing, claimant: Claimant, logger: Logger): Promise<Lock | undefined> {
  const { name, lockPath, ownFolder, fix, isDefault } = thing;
  try {
    if (ownFolder !== undefined) await mkdir(ownFolder, { mode: 0o700 }).catch(() => undefined);
    return await claimFile(lockPath, claimant, (holder) => [
      `another gateway (${holderText(holder)}) uses ${name}`,
      fix,
    ]);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code !== "STATE_IN_USE") return undefined;
    if (!isDefault) throw error;
    logger.warn(`${error.message}, too. ${fix}`);
    return undefined;
  }
}
