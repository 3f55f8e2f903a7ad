import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

import {
  type ConfigChange,
  type ConfigDifference,
  type EditPlan,
  failedSetting,
  generateToken,
  getPath,
  type LoadedConfig,
  redactValue,
  resolveGatewaySettings,
  resolveTarget,
  type StartFailure,
} from "@openclaw/config";

import { plan } from "../config/save.ts";
import { targetFailure } from "../connection/failures.ts";
import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import type { Mode, OnboardFlags } from "./flags.ts";

/** What is wanted of the configuration. */
export interface SettingsRequest {
  readonly flags: OnboardFlags;
  readonly mode: Mode;
  /** Fills in what a first start needs, too; otherwise only what the flags name changes. */
  readonly isComplete: boolean;
}

/** A checked edit, and what was added to what the flags say. */
export interface PlannedSettings {
  readonly edit: EditPlan;
  /** Settings that are not as they are to be, each by itself, secrets hidden; empty when all is so already. */
  readonly changes: readonly Pick<ConfigDifference, "from" | "path" | "to">[];
  /** One sentence each; none holds a secret. */
  readonly notes: readonly string[];
}

/**
 * Plans one edit of the configuration in which a gateway can start, or a client find its gateway. Nothing is written.
 * Docs: onboarding.md#settings
 *
 * @throws {CliFailure} why not
 */
export async function planSettings(
  context: CommandContext,
  request: SettingsRequest,
): Promise<PlannedSettings> {
  const changes = [...wantedSettings(context, request)];
  const notes: string[] = [];
  for (;;) {
    const lacking = (before: LoadedConfig) => changes.filter((change) => !isSo(before, change));
    if (!context.loaded.exists && changes.length === 0) throw nothingThere(context);
    const edit = await plan(context, { kind: "change", changes: lacking }, {});
    const more = request.mode === "local" ? lackOf(context, edit.after, request) : undefined;
    if (request.mode === "remote") checkTarget(context, edit.after);
    if (more === undefined) return { edit, notes, changes: lacking(edit.before).map(shown(edit)) };
    changes.push(...more.changes);
    notes.push(more.note);
  }
}

function nothingThere({ paths, program }: CommandContext): CliFailure {
  const message = `there is no configuration to change: ${paths.configPath}`;
  return new CliFailure(message, { code: "not_found", hint: `${program} onboard` });
}

function wantedSettings(
  { io, loaded }: CommandContext,
  { flags, mode, isComplete }: SettingsRequest,
): ConfigChange[] {
  const { gatewayToken, gatewayPassword, workspace } = flags;
  const auth = flags.gatewayAuth ?? (gatewayToken === undefined ? gatewayPassword && "password" : "token");
  const values: readonly (readonly [path: string, value: unknown])[] = [
    ["gateway.mode", isComplete ? mode : flags.mode],
    ["gateway.port", flags.gatewayPort === undefined ? undefined : Number(flags.gatewayPort)],
    ["gateway.bind", flags.gatewayBind],
    ["gateway.auth.mode", auth],
    ["gateway.auth.token", gatewayToken?.trim()],
    ["gateway.auth.password", gatewayPassword?.trim()],
    // Off is what it is when nobody says anything.
    ["gateway.tailscale.mode", loaded.config.gateway?.tailscale?.mode && flags.tailscale],
    ["gateway.remote.url", flags.remoteUrl],
    ["gateway.remote.token", flags.remoteToken?.trim()],
    ["agents.defaults.workspace", workspace === undefined ? undefined : folderOf(workspace, io.cwd)],
  ];
  return values.flatMap(([path, value]) => (value === undefined ? [] : [{ path: path.split("."), value }]));
}

// `~` stays as it is: the file may be used by an account whose home moves.
function folderOf(typed: string, cwd: string): string {
  const text = typed.trim();
  return /^~(?=$|[\\/])/.test(text) ? text : resolve(cwd, text);
}

/** Whether the file says it already, in these words or by a variable. */
function isSo({ written, resolved }: LoadedConfig, { path, value }: ConfigChange): boolean {
  return [written, resolved].some((tree) => isDeepStrictEqual(getPath(tree, path), value));
}

function shown({ before }: EditPlan): (change: ConfigChange) => PlannedSettings["changes"][number] {
  return ({ path, value }) => ({
    path: path.join("."),
    from: redactValue(getPath(before.resolved, path), path),
    to: redactValue(value, path),
  });
}

interface Lack {
  readonly changes: readonly ConfigChange[];
  readonly note: string;
}

/** What a gateway would still miss; undefined when it could start. @throws {CliFailure} what is not ours to add */
function lackOf(
  context: CommandContext,
  loaded: LoadedConfig,
  { flags, isComplete }: SettingsRequest,
): Lack | undefined {
  const { config, env } = loaded;
  const { paths } = context;
  const resolved = resolveGatewaySettings({ config, env, paths, flags: { allowUnconfigured: true } });
  if (!resolved.ok) {
    if (resolved.failure.code !== "control-ui-origins-missing") throw startRefusal(resolved.failure);
    return loopbackOrigins(findLocalTarget({ ...context, loaded, env }).url);
  }
  const { tokenMissing, auth } = resolved.settings;
  if (!tokenMissing || !(isComplete || flags.gatewayAuth === "token")) return undefined;
  const mode = { path: ["gateway", "auth", "mode"], value: "token" };
  return {
    changes: [
      ...(auth.modeSource === "config" ? [] : [mode]),
      { path: ["gateway", "auth", "token"], value: generateToken() },
    ],
    note: "No gateway token found. Generated one (gateway.auth.token).",
  };
}

// Browsers of other machines are for the operator to name: a bind that is wider opens no page to them by itself.
function loopbackOrigins(gatewayUrl: string): Lack {
  const { port, protocol } = new URL(gatewayUrl.replace(/^ws/, "http"));
  const value = ["localhost", "127.0.0.1"].map((host) => `${protocol}//${host}:${port}`);
  return {
    changes: [{ path: ["gateway", "controlUi", "allowedOrigins"], value }],
    note: "The Control UI opens in browsers of this machine only; name other origins in gateway.controlUi.allowedOrigins.",
  };
}

function startRefusal({ code, lines: [message, ...details] }: StartFailure): CliFailure {
  const setting = failedSetting(code);
  const hint =
    code === "password-missing" ? "add --gateway-password" : `set ${setting} first, then type the same`;
  return new CliFailure(`a gateway could not start with this: ${message}`, {
    code: "config_invalid",
    details,
    ...(setting !== "" && { hint }),
  });
}

function checkTarget({ paths }: CommandContext, { config, env }: LoadedConfig): void {
  if ((config.gateway?.remote?.url ?? "") === "")
    throw new CliFailure("mode remote needs the gateway's address: add --remote-url", { code: "usage" });
  const resolved = resolveTarget({ config, env, paths });
  if (!resolved.ok) throw targetFailure(resolved.failure);
}
