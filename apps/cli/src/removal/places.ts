import { lstat, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import type { Paths } from "@openclaw/config";

import { agentIds, workspaceDir } from "../agents/configured-agents.ts";
import type { CommandContext } from "../context.ts";

/** A part of an installation. */
export type Part = "config" | "state" | "workspace";

/** Something that is there and goes. */
export interface Place {
  readonly path: string;
  /** Where it is moved to. */
  readonly aside: string;
}

/** What goes, and what stays although it is part of what was asked for. */
export interface Places {
  readonly places: readonly Place[];
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

/** What commands and gateways keep in a state folder; anything else there belongs to somebody else. */
const STATE_ENTRY =
  /^(\.env|gateway\.(sqlite|lock).*|gateway|agents|completions|config-history|crash|credentials|cron|devices|exec-approvals\..*|identity|logs|restart-sentinel\.json|sessions|(openclaw|clawdbot|moldbot|moltbot)\.json.*)$/;

/**
 * Finds what is there of these parts. Of a state folder only what is known to be ours: configurations of other gateways
 * and workspaces of other profiles lie in `~/.openclaw`, too. Docs: onboarding.md#what-goes
 *
 * @param label ends the names of what is moved, e.g. `reset-20260102T030405Z`
 */
export async function findPlaces(
  context: CommandContext,
  parts: ReadonlySet<Part>,
  label: string,
): Promise<Places> {
  const { paths } = context;
  const workspaces = agentIds(context).map((id) => workspaceDir(context, id));
  const isShared = (path: string) => isInside(path, paths.home) || isInside(path, paths.stateDir);
  const shared = parts.has("workspace") ? workspaces.filter(isShared) : [];
  const kept = parts.has("workspace") ? shared : workspaces;
  const wanted = [
    ...(await configPaths(paths, parts)),
    ...(parts.has("state") ? await statePaths(paths) : []),
    ...(parts.has("workspace") ? workspaces.filter((path) => !isShared(path)) : []),
  ];
  const found = new Set<string>();
  for (const path of wanted) {
    const isPart = [...found].some((other) => isInside(other, path));
    if (!isPart && !kept.some((folder) => isInside(path, folder)) && (await isThere(path))) found.add(path);
  }
  // What is alone keeps its neighbours in sight; a whole state goes into one folder.
  const folder = parts.has("state") ? await asideFolder(paths.stateDir, label) : undefined;
  const asideOf = (path: string) =>
    folder !== undefined && isInside(paths.stateDir, path)
      ? join(folder, relative(paths.stateDir, path))
      : `${path}.${label}`;
  return {
    places: [...found].map((path) => ({ path, aside: asideOf(path) })),
    left: shared.map((path) => ({ path, reason: "this workspace holds more than what the agent keeps" })),
  };
}

/** Whether a path is a folder's own or lies below it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !/^\.\.[\\/]/.test(way) && way !== path);
}

/** The file; with the state also its backups and the texts that were refused, because they hold its secrets. */
async function configPaths({ configPath }: Paths, parts: ReadonlySet<Part>): Promise<readonly string[]> {
  if (!parts.has("config")) return [];
  if (!parts.has("state")) return [configPath];
  const [folder, own] = [dirname(configPath), basename(configPath)];
  const beside = /^\.(bak(\.\d+)?|rejected\..*|lock|gateway\.lock|reset-.*)$/;
  const isOurs = (name: string) =>
    name === own || (name.startsWith(own) && beside.test(name.slice(own.length)));
  return (await namesIn(folder)).filter(isOurs).map((name) => join(folder, name));
}

async function statePaths({ stateDir, credentialsDir }: Paths): Promise<readonly string[]> {
  const names = (await namesIn(stateDir)).filter((name) => STATE_ENTRY.test(name));
  return [...names.map((name) => join(stateDir, name)), credentialsDir];
}

/** Beside the state folder; within it where that is a mount, because nothing can be moved out of one. */
async function asideFolder(stateDir: string, label: string): Promise<string> {
  const real = await realpath(stateDir).catch(() => stateDir);
  const look = (path: string) => lstat(path).catch(() => undefined);
  const [own, above] = await Promise.all([look(real), look(dirname(real))]);
  return own === undefined || own.dev === above?.dev ? `${real}.${label}` : join(real, label);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
