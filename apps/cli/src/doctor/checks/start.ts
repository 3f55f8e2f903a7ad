import {
  canRestore,
  ensureGatewayToken,
  isNewInstallation,
  type GatewaySettingsResolution,
  isTruthy,
  readVariable,
  resolveGatewaySettings,
  startFix,
} from "@openclaw/config";

import type { CommandContext } from "../../context.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";
import { ownWriter } from "../own-writer.ts";
import type { Repair } from "../repair.ts";

/** Whether this machine is to run a gateway, or to use one elsewhere. */
export async function checkMode({ context }: Examination): Promise<readonly Finding[]> {
  const { loaded, program, paths } = context;
  const { mode, remote } = loaded.config.gateway ?? {};
  if (!loaded.exists) {
    const then = (await isNewInstallation(paths))
      ? "the first start writes one"
      : "gateway start will be blocked";
    return [
      finding("config-missing", {
        title: "Gateway",
        text: `There is no configuration (${paths.configPath}); ${then}.`,
        fix: `${program} ${(await canRestore(context)) ? "config rollback" : "setup"}`,
      }),
    ];
  }
  if (!loaded.valid) return [];
  const local = `${program} config set gateway.mode local`;
  if (mode === undefined)
    return [
      finding("gateway-mode-unset", {
        title: "Gateway",
        text: "gateway.mode is unset; gateway start will be blocked.",
        fix: local,
      }),
    ];
  if (mode !== "remote" || (remote?.url ?? "") !== "") return [];
  return [
    finding("gateway-remote-url-missing", {
      title: "Gateway",
      text: "gateway.mode is remote and gateway.remote.url is missing: set it, or run the gateway here.",
      fix: local,
    }),
  ];
}

/** A port that is no port is passed over, by the gateway and by every command. */
export function checkVariables({ context }: Examination): readonly Finding[] {
  const name = "OPENCLAW_GATEWAY_PORT";
  const typed = readVariable(context.io.env, name);
  const port = Number.parseInt(typed ?? "", 10);
  if (typed === undefined || (port >= 1 && port <= 65_535)) return [];
  return [
    finding("port-variable-ignored", {
      title: "Gateway",
      text: `${name} is ${JSON.stringify(typed.slice(0, MOST_SHOWN))}, which is no port, and is passed over.`,
      fix: `unset ${name}`,
    }),
  ];
}

const MOST_SHOWN = 40;

/** What would keep a gateway from starting although the configuration is valid by itself. */
export function checkGuards({ context }: Examination): readonly Finding[] {
  const resolved = settingsOf(context);
  if (resolved === undefined || resolved.ok) return [];
  const { code, lines } = resolved.failure;
  return [
    {
      code: `start-${code}`,
      severity: "error",
      title: code === "bind-without-auth" ? "Security" : "Gateway",
      text: lines.join(" "),
      fix: `${context.program} ${startFix(code) ?? "config edit"}`,
    },
  ];
}

/** Whether clients have to prove who they are. */
export function checkAuth({ context }: Examination): readonly Finding[] {
  const resolved = settingsOf(context);
  if (resolved?.ok !== true || !context.loaded.exists) return [];
  const { auth, tokenMissing } = resolved.settings;
  if (auth.mode === "none")
    return [
      finding("gateway-auth-off", {
        title: "Gateway auth",
        text: "Gateway auth is off: every program of this machine may use the gateway.",
        fix: `${context.program} config set gateway.auth.mode token`,
      }),
    ];
  if (!tokenMissing) return [];
  const generate = `${context.program} doctor --generate-gateway-token`;
  return [
    finding("gateway-token-missing", {
      title: "Gateway auth",
      text: "Gateway auth is missing a token. Token auth is the recommended default (including loopback).",
      fix: generate,
      ...(!isTruthy(context.io.env["OPENCLAW_NIX_MODE"]) && { repair: tokenRepair(context, resolved) }),
    }),
  ];
}

/** Settings a gateway would start with; nothing where none is to be started from this file. */
function settingsOf({ loaded, env, paths }: CommandContext): GatewaySettingsResolution | undefined {
  if (!loaded.valid || loaded.config.gateway?.mode === "remote") return undefined;
  const flags = { allowUnconfigured: true };
  return resolveGatewaySettings({ config: loaded.config, env, paths, flags, configExists: loaded.exists });
}

function tokenRepair(
  context: CommandContext,
  { settings }: GatewaySettingsResolution & { ok: true },
): Repair {
  const { paths, env, loaded, io } = context;
  return {
    kind: "token",
    question: "Generate a gateway token now?",
    perform: async () => {
      const options = { settings, paths, env, writer: ownWriter(context), baseHash: loaded.hash };
      const { saved, logLines } = await ensureGatewayToken({ ...options, now: () => io.now() });
      return saved ? ["Gateway token configured.", `Backup: ${paths.configPath}.bak`] : logLines;
    },
  };
}
