import { access } from "node:fs/promises";

import { resolvePaths } from "@openclaw/config";
import {
  type AuditScope,
  auditService,
  findSystemNode,
  type Finding,
  isManagedNode,
  isSupportedNode,
  parseUnit,
  type ServiceCommand,
  servicePath,
  SystemdSupervisor,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { VERSION } from "../version.ts";
import type { OwnService } from "./own-service.ts";
import { stopTimeoutSec } from "./stop-timeout.ts";

/** A service on file, and what is known around it. */
export interface DriftFacts {
  readonly own: OwnService;
  readonly command: ServiceCommand;
  /** Port that configuration and environment lead to. */
  readonly port: number;
  readonly needsReload: boolean;
  readonly scope: AuditScope;
}

/** Compares the service on file with what would be installed now. Docs: runbook.md#drift */
export async function findDrift(context: CommandContext, facts: DriftFacts): Promise<readonly Finding[]> {
  const { io, paths, loaded, program } = context;
  const { command, own } = facts;
  const [runtime = ""] = command.programArguments;
  const entry = command.programArguments[command.programArguments.indexOf("gateway") - 1] ?? "";
  // Asked only when it matters: a Node.js takes its time to say its version.
  const system = isManagedNode(runtime) ? await findSystemNode() : undefined;
  const token = loaded.config.gateway?.auth?.token;
  return auditService(
    {
      installCommand: `${program} gateway install --force`,
      command,
      expected: {
        port: facts.port,
        entry: io.machine.entryPath,
        configPath: paths.configPath,
        path: servicePath(io.env, paths.home),
        version: VERSION,
        ...(token !== undefined && { token }),
      },
      serviceConfigPath: servicePathsOf(context, command).configPath,
      exists: { runtime: await isThere(runtime), entry: await isThere(entry) },
      ...(system !== undefined && isSupportedNode(system.version) && { systemNode: system.path }),
      ...(await unitFacts(context, facts, own)),
    },
    facts.scope,
  );
}

/** Where the service finds its files: by its own variables, whatever this shell has set. */
export function servicePathsOf({ paths }: CommandContext, { environment, workingDirectory }: ServiceCommand) {
  return resolvePaths({
    env: { HOME: paths.home, ...environment },
    homeDir: paths.home,
    cwd: workingDirectory ?? "/",
  });
}

async function unitFacts(context: CommandContext, { needsReload }: DriftFacts, { supervisor }: OwnService) {
  if (!(supervisor instanceof SystemdSupervisor)) return {};
  const { path, canNotify } = supervisor;
  const parsed = parseUnit((await supervisor.readText()) ?? "");
  return { unit: { path, parsed, canNotify, needsReload, stopTimeoutSec: stopTimeoutSec(context) } };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
