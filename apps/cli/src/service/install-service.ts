import { isAbsolute } from "node:path";

import { isTruthy, loadConfig, type LoadedConfig, resolveGatewaySettings } from "@openclaw/config";
import {
  chooseNode,
  readLinger,
  type ServiceDefinition,
  serviceEnvironment,
  SystemdSupervisor,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { hostOf, inspectPort } from "../local/port-usage.ts";
import { VERSION } from "../version.ts";
import { type ActionFlags, type Done, isLoaded } from "./action.ts";
import { startService } from "./lifecycle.ts";
import { type OwnService, serviceHost } from "./own-service.ts";
import { type Collision, findCollisions } from "./neighbours.ts";
import { settleCredentials } from "./settle-credentials.ts";
import { stopTimeoutSec } from "./stop-timeout.ts";

/** Options of `gateway install`. */
export interface InstallFlags extends ActionFlags {
  readonly port?: string;
  readonly runtime?: string;
  readonly token?: string;
  /** A number where `gateway --force install` was typed. */
  readonly force?: boolean | number;
}

/**
 * Installs the service and starts it: only what could start is written, and a secret that the service would not see goes
 * into the configuration, never into the unit (T-LOG-06).
 *
 * @throws {CliFailure} what is wrong with a flag, the configuration or the port
 * @throws {ServiceError} what the supervisor refuses
 */
export async function installService(
  context: CommandContext,
  own: OwnService,
  flags: InstallFlags,
): Promise<Done> {
  refuseNix(context, "install");
  checkRuntime(flags);
  const { port } = settingsOf(context, context.loaded, flags);
  if ((await isLoaded(own)) && !flags.force) return alreadyInstalled(context, own);
  await refuseBusyPort(context, own, port);
  const collisions = await findCollisions(context, own, port);
  refuseCollisions(collisions);
  const { nodePath: execPath, nodeVersion: version } = context.io.machine;
  const node = await chooseNode({ execPath, version });
  const definition = definitionOf(context, own, { port, node: node.path });
  // Before the configuration is touched, too.
  own.supervisor.check(definition);
  const settled = await settleCredentials(context, flags);
  const steps = await own.supervisor.install(definition);
  // Without the gateway's word systemd is content as soon as the program runs, whatever becomes of it.
  if (own.supervisor instanceof SystemdSupervisor && !own.supervisor.canNotify)
    await startService(context, own);
  const warnings = [
    ...settled,
    ...node.warnings,
    ...collisions.map(({ text, setting }) => `${text} Set ${setting}.`),
    ...startWarnings(await reload(context), context),
    ...(await machineWarnings(context, own)),
  ];
  return { result: "installed", loaded: await own.supervisor.isLoaded(), warnings, steps };
}

/** Where others write the configuration of the machine, services are theirs, too. */
export function refuseNix({ io }: CommandContext, what: "install" | "uninstall"): void {
  if (!isTruthy(io.env["OPENCLAW_NIX_MODE"])) return;
  throw new CliFailure(`Nix mode detected; service ${what} is disabled.`, { code: "usage" });
}

function checkRuntime({ runtime = "node" }: InstallFlags): void {
  if (runtime === "node") return;
  const message =
    runtime === "bun"
      ? "the gateway runs on Node.js only (use --runtime node)"
      : 'Invalid --runtime (use "node")';
  throw new CliFailure(message, { code: "usage" });
}

/** @throws {CliFailure} a port that is none */
function settingsOf({ paths }: CommandContext, loaded: LoadedConfig, { port }: InstallFlags) {
  const flags = { allowUnconfigured: true, ...(port !== undefined && { port }) };
  const { config, env, exists: configExists } = loaded;
  const resolved = resolveGatewaySettings({ config, env, paths, flags, configExists });
  if (resolved.ok) return resolved.settings;
  if (resolved.failure.code === "invalid-port") throw new CliFailure("Invalid port", { code: "usage" });
  const [message = "the configuration cannot be used", ...details] = resolved.failure.lines;
  throw new CliFailure(message, { code: "config_invalid", details });
}

function alreadyInstalled({ program }: CommandContext, { supervisor }: OwnService): Done {
  const message = `Gateway service already ${supervisor.loadedText}.`;
  return {
    result: "already-installed",
    loaded: true,
    message,
    hints: [`${program} gateway install --force`],
  };
}

// The service would start, find the port taken and give up: better to say so before anything is written.
async function refuseBusyPort(
  context: CommandContext,
  { supervisor }: OwnService,
  port: number,
): Promise<void> {
  const { status, listeners } = await inspectPort(hostOf(context), port);
  if (status !== "busy") return;
  const { pid } = await supervisor.readRuntime();
  const [other] = listeners.filter((listener) => listener.pid !== pid);
  if (listeners.length > 0 && other === undefined) return;
  const who =
    other === undefined ? "another process" : `pid ${other.pid} ${other.user}: ${other.commandLine}`;
  throw new CliFailure(`Port ${port} is already in use by ${who}`, {
    code: "failed",
    details: ["stop it first (Ctrl-C where it runs), or install with another port: --port <port>"],
  });
}

// Two services that share these would keep each other from starting, whichever comes first after a boot.
function refuseCollisions(collisions: readonly Collision[]): void {
  const [collision] = collisions.filter(({ what }) => what !== "near-port");
  if (collision === undefined) return;
  const { text, setting } = collision;
  const how = setting === "gateway.port" ? "--port <port>, or set gateway.port" : `set ${setting}`;
  throw new CliFailure(text, { code: "failed", details: [`give this one its own: ${how}`] });
}

function definitionOf(
  context: CommandContext,
  { names }: OwnService,
  { port, node }: { readonly port: number; readonly node: string },
): ServiceDefinition {
  const { io, paths } = context;
  const { entryPath, tmpDir } = io.machine;
  if (!isAbsolute(entryPath)) throw new CliFailure("cannot tell where this command lies", { code: "failed" });
  const options = { env: io.env, home: paths.home, tmpDir, port, names, version: VERSION };
  return {
    description: names.description,
    program: [node, entryPath, "gateway", "--port", String(port)],
    environment: serviceEnvironment(options),
    stopTimeoutSec: stopTimeoutSec(context),
  };
}

function reload({ io, paths }: CommandContext): Promise<LoadedConfig> {
  return loadConfig({ paths, env: io.env });
}

function startWarnings({ config, exists }: LoadedConfig, { program }: CommandContext): readonly string[] {
  const mode = config.gateway?.mode;
  if (!exists || mode === "local") return [];
  return [
    `gateway.mode is ${mode ?? "unset"}: the service will not start. Set it: ${program} config set gateway.mode local`,
  ];
}

async function machineWarnings(
  context: CommandContext,
  { supervisor }: OwnService,
): Promise<readonly string[]> {
  if (!(supervisor instanceof SystemdSupervisor)) return [];
  const linger = await readLinger(serviceHost(context));
  return [
    ...(linger.isOn === false
      ? [
          `Systemd lingering is disabled for ${linger.user}: the service ends with your last session. Run: ${linger.fix}`,
        ]
      : []),
    ...(supervisor.canNotify
      ? []
      : ["systemd-notify is missing: systemd cannot see whether the gateway's event loop stands still."]),
  ];
}
