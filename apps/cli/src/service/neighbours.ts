import { resolve } from "node:path";

import { loadConfig, type LoadedConfig, type Paths } from "@openclaw/config";
import { type Neighbour, servicePort } from "@openclaw/service";

import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { servicePathsOf } from "./drift.ts";
import type { OwnService } from "./own-service.ts";

/** Something that this profile's gateway would share with that of an installed service. */
export interface Collision {
  readonly what: "port" | "near-port" | "state" | "config" | "workspace";
  /** One sentence: what, and with which service. */
  readonly text: string;
  /** Setting or variable that gives each its own. */
  readonly setting: string;
  /** The other service: its name, its file, its port. */
  readonly name: string;
  readonly unitPath: string;
  readonly port: number;
}

/** Ports below and above a gateway's that parts of it are derived from (config.md §14.7). */
export const PORT_ROOM = 20;
const DEFAULT_PORT = 18_789;

/**
 * What the gateways of other services on this machine would take from ours, or ours from them, before any of them starts.
 * Docs: many-gateways.md#what-must-differ
 *
 * @param port where ours would listen; @default what configuration and environment lead to
 */
export async function findCollisions(
  context: CommandContext,
  { supervisor }: Pick<OwnService, "supervisor">,
  port = Number(new URL(findLocalTarget(context).url).port),
): Promise<readonly Collision[]> {
  const neighbours = await supervisor.neighbours();
  const found = await Promise.all(neighbours.map((neighbour) => collisionsWith(context, neighbour, port)));
  return found.flat();
}

async function collisionsWith(
  context: CommandContext,
  { name, command }: Neighbour,
  ownPort: number,
): Promise<readonly Collision[]> {
  const { paths, loaded } = context;
  const theirs = servicePathsOf(context, command);
  const config = await loadConfig({ paths: theirs, env: { HOME: paths.home, ...command.environment } });
  const port = servicePort(command.programArguments) ?? config.config.gateway?.port ?? DEFAULT_PORT;
  const workspace = workspaceOf(loaded, paths);
  const other = { name, unitPath: command.sourcePath ?? "", port };
  const compared = [
    ["port", ownPort === port, `Port ${port} is that of ${name}.`],
    [
      "near-port",
      ownPort !== port && Math.abs(ownPort - port) < PORT_ROOM,
      `Port ${ownPort} is less than ${PORT_ROOM} away from that of ${name} (${port}): ports derived from them may meet.`,
    ],
    ["state", paths.stateDir === theirs.stateDir, `State folder ${paths.stateDir} is that of ${name}.`],
    [
      "config",
      paths.configPath === theirs.configPath,
      `Configuration ${paths.configPath} is that of ${name}.`,
    ],
    ["workspace", workspace === workspaceOf(config, theirs), `Workspace ${workspace} is that of ${name}.`],
  ] as const;
  return compared.flatMap(([what, isShared, text]) =>
    isShared ? [{ what, text, setting: SETTINGS[what], ...other }] : [],
  );
}

const SETTINGS: Readonly<Record<Collision["what"], string>> = {
  port: "gateway.port",
  "near-port": "gateway.port",
  state: "OPENCLAW_STATE_DIR",
  config: "OPENCLAW_CONFIG_PATH",
  workspace: "agents.defaults.workspace",
};

function workspaceOf({ config }: LoadedConfig, { workspaceDir }: Paths): string {
  return resolve(config.agents?.defaults?.workspace ?? workspaceDir);
}
