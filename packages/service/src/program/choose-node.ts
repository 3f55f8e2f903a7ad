import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { runTool } from "../run-tool.ts";

/** Oldest Node.js the gateway runs on. */
export const OLDEST_NODE = "20.19.0";

/** Where the system keeps a Node.js that survives its upgrades. */
export const SYSTEM_NODES: readonly string[] = ["/usr/local/bin/node", "/usr/bin/node"];

const VERSION_TIMEOUT_MS = 5_000;

// Folders that hold one version each: gone after the next upgrade, and the service with them.
const MANAGED = /\/(?:\.nvm|\.fnm|\.volta|\.asdf|\.n|\.nodenv|\.nodebrew|nvs|fnm_multishells)\//;

/** The Node.js of this command. */
export interface RunningNode {
  /** Absolute path, links resolved. */
  readonly execPath: string;
  /** Without the leading `v`. */
  readonly version: string;
}

/** The Node.js a service is to use. */
export interface ChosenNode {
  readonly path: string;
  /** What the operator should know about the choice. */
  readonly warnings: readonly string[];
}

/** Whether a path belongs to a version manager, so that it may vanish with the next version. */
export function isManagedNode(path: string): boolean {
  return MANAGED.test(path);
}

/** Whether a version is new enough for the gateway. */
export function isSupportedNode(version: string): boolean {
  const numbers = (text: string) => text.split(".").map(Number);
  const [wanted, found] = [numbers(OLDEST_NODE), numbers(version)];
  const at = wanted.findIndex((part, index) => part !== (found[index] ?? 0));
  return at < 0 || (found[at] ?? 0) > (wanted[at] ?? 0);
}

/**
 * The most lasting path of a Node.js: a link of the system to the running one, the running one unless a version manager
 * owns it, else the system's own if it is new enough. Docs: runbook.md#service
 */
export async function chooseNode(
  { execPath, version }: RunningNode,
  systemNodes: readonly string[] = SYSTEM_NODES,
): Promise<ChosenNode> {
  const isUsable = basename(execPath) === "node" && isSupportedNode(version);
  const targets = await Promise.all(systemNodes.map(targetOf));
  const link = systemNodes.find((_, index) => targets[index] === execPath);
  if (isUsable && link !== undefined) return { path: link, warnings: [] };
  if (isUsable && !isManagedNode(execPath)) return { path: execPath, warnings: [] };
  const system = await findSystemNode(systemNodes.filter((_, index) => targets[index] !== undefined));
  if (system === undefined) return { path: execPath, warnings: [] };
  if (isSupportedNode(system.version)) return { path: system.path, warnings: [] };
  const isOld = `System Node ${system.version} at ${system.path} is below the required Node ${OLDEST_NODE}.`;
  return { path: execPath, warnings: [`${isOld} Using ${execPath} for the daemon.`] };
}

/** The first Node.js of the system that is new enough, else the first at all. */
export async function findSystemNode(
  systemNodes: readonly string[] = SYSTEM_NODES,
): Promise<{ readonly path: string; readonly version: string } | undefined> {
  const versions = await Promise.all(systemNodes.map(versionOf));
  const found = systemNodes.flatMap((path, index) => {
    const version = versions[index];
    return version === undefined ? [] : [{ path, version }];
  });
  return found.find(({ version }) => isSupportedNode(version)) ?? found[0];
}

async function versionOf(path: string): Promise<string | undefined> {
  const answer = await runTool(path, { args: ["--version"], env: {}, timeoutMs: VERSION_TIMEOUT_MS });
  return answer.code === 0 ? /^v(\d+\.\d+\.\d+)/.exec(answer.stdout)?.[1] : undefined;
}

async function targetOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
