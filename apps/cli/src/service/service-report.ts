import { existsSync } from "node:fs";
import { join } from "node:path";

import { loadConfig } from "@openclaw/config";
import {
  type Finding,
  type OtherUnit,
  servicePort,
  type ServiceRuntime,
  SystemdSupervisor,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { findDrift, servicePathsOf } from "./drift.ts";
import type { ServiceLook } from "./service-look.ts";

/** A configuration file in a report. */
export interface ConfigSummary {
  readonly path: string;
  readonly exists: boolean;
  readonly valid: boolean;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** The command of a service without anything that could be a secret. */
export interface ShownCommand {
  readonly programArguments: readonly string[];
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly sourcePath?: string;
}

/** The service in `gateway status --json`. */
export interface ServiceReport {
  readonly label: string;
  readonly loadedText: string;
  readonly notLoadedText: string;
  readonly loaded: boolean;
  readonly command: ShownCommand | null;
  readonly runtime: ServiceRuntime;
  readonly configAudit: { readonly ok: boolean; readonly issues: readonly Finding[] };
}

const SHOWN_VARIABLES: ReadonlySet<string> = new Set([
  "OPENCLAW_PROFILE",
  "OPENCLAW_STATE_DIR",
  "OPENCLAW_CONFIG_PATH",
  "OPENCLAW_GATEWAY_PORT",
  "OPENCLAW_NIX_MODE",
]);

/** Port of the installed command, if it names one. */
export function portOfService({ state }: ServiceLook): number | undefined {
  return state.command && servicePort(state.command.programArguments);
}

/** The service with its drift. @param port what configuration and environment lead to */
export async function serviceReport(
  context: CommandContext,
  { words, own, state }: ServiceLook,
  port: number,
): Promise<ServiceReport> {
  const { command, loaded, runtime, needsReload = false } = state;
  const issues =
    own === undefined || command === undefined
      ? []
      : await findDrift(context, { own, command, port, needsReload, scope: "status" });
  const ok = issues.every(({ severity }) => severity === "info");
  return { ...words, loaded, command: shown(state.command), runtime, configAudit: { ok, issues } };
}

/** The configuration the service reads; this command's own where there is no other. */
export async function serviceConfig(
  context: CommandContext,
  { state }: ServiceLook,
  own: ConfigSummary,
): Promise<ConfigSummary> {
  const { command } = state;
  if (command === undefined) return own;
  const paths = servicePathsOf(context, command);
  if (paths.configPath === own.path) return own;
  return summaryOf(await loadConfig({ paths, env: { HOME: paths.home, ...command.environment } }));
}

/** A configuration file in short. */
export function summaryOf({ path, exists, valid, issues }: CommandContext["loaded"]): ConfigSummary {
  const problems = issues.map((issue) => ({ path: issue.path || "<root>", message: issue.message }));
  return { path, exists, valid, ...(problems.length > 0 && { issues: problems }) };
}

/** Other services that look like gateways: of this user, and with `isDeep` of the machine. */
export async function otherServices(
  { paths }: CommandContext,
  { own }: ServiceLook,
  isDeep: boolean,
): Promise<readonly OtherUnit[]> {
  const supervisor = own?.supervisor;
  if (!(supervisor instanceof SystemdSupervisor)) return [];
  const hasUnits = existsSync(join(paths.home, ".config/systemd/user"));
  const [user, system] = await Promise.all([
    hasUnits ? supervisor.otherUserUnits() : [],
    isDeep ? supervisor.systemUnits() : [],
  ]);
  return [...user, ...system];
}

function shown(command: ServiceLook["state"]["command"]): ShownCommand | null {
  if (command === undefined) return null;
  const { environment, ...rest } = command;
  const entries = Object.entries(environment).filter(([name]) => SHOWN_VARIABLES.has(name));
  return { ...rest, ...(entries.length > 0 && { environment: Object.fromEntries(entries) }) };
}
