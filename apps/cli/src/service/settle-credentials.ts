import {
  changeConfig,
  type ConfigChange,
  ensureFirstStart,
  ensureGatewayToken,
  loadConfig,
  type LoadedConfig,
  readVariable,
  resolveGatewaySettings,
} from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

/**
 * Sees to it that the service finds its credentials where it looks for them: in the configuration. It does not inherit
 * this shell's variables, and its unit can be read by everybody (T-LOG-06). An invalid configuration is left as it is.
 *
 * @returns what was done, one sentence each; none of them holds a secret
 */
export async function settleCredentials(
  context: CommandContext,
  { token }: { readonly token?: string },
): Promise<readonly string[]> {
  const { io, paths } = context;
  const writer = {
    pid: io.machine.pid,
    ppid: io.machine.ppid,
    cwd: io.cwd,
    argv: withoutSecrets(io.argv, token),
  };
  const { lines } = await ensureFirstStart({ paths, writer });
  const loaded = await loadConfig({ paths, env: io.env });
  if (!loaded.valid) return [...lines, "The configuration is invalid: no token was saved to it."];
  const given = token ?? onlyHere(context, loaded);
  if (given !== undefined && given !== loaded.config.gateway?.auth?.token) {
    const changes = [
      ...(loaded.config.gateway?.auth?.mode === undefined ? [set("mode", "token")] : []),
      set("token", given),
    ];
    const change = await changeConfig({ paths, env: loaded.env, changes, writer, baseHash: loaded.hash });
    if (!change.ok)
      throw new CliFailure(change.issues[0]?.message ?? "the token cannot be used", { code: "usage" });
    return [...lines, "Saved the gateway token to config (gateway.auth.token), where the service finds it."];
  }
  const { config, env, exists: configExists } = loaded;
  const flags = { allowUnconfigured: true };
  const resolved = resolveGatewaySettings({ config, env, paths, flags, configExists });
  if (!resolved.ok || !resolved.settings.tokenMissing)
    return [...lines, ...passwordOnlyHere(context, loaded)];
  await ensureGatewayToken({ settings: resolved.settings, paths, env, writer, baseHash: loaded.hash });
  return [...lines, "No gateway token found. Auto-generated one and saving to config."];
}

/** A token that this shell has and the service would not: `.env` of the state folder is read by both. */
function onlyHere({ io }: CommandContext, { config }: LoadedConfig): string | undefined {
  const token = readVariable(io.env, "OPENCLAW_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_TOKEN");
  const mode = config.gateway?.auth?.mode;
  return config.gateway?.auth?.token === undefined && (mode === undefined || mode === "token")
    ? token
    : undefined;
}

function passwordOnlyHere({ io }: CommandContext, { config }: LoadedConfig): readonly string[] {
  const password = readVariable(io.env, "OPENCLAW_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_PASSWORD");
  if (password === undefined || config.gateway?.auth?.password !== undefined) return [];
  return [
    "OPENCLAW_GATEWAY_PASSWORD is set in this shell only: the service does not see it. Set gateway.auth.password.",
  ];
}

// The journal of writes keeps the command line.
function withoutSecrets(argv: readonly string[], token: string | undefined): readonly string[] {
  return token === undefined ? argv : argv.map((word) => word.replaceAll(token, "***"));
}

function set(name: string, value: string): ConfigChange {
  return { path: ["gateway", "auth", name], value };
}
