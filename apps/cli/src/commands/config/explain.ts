import { applyProfileFlags, explainSetting, type ExplainedSetting } from "@openclaw/config";

import { pathNotFound, unreadable } from "../../config/refusals.ts";
import { typedPath } from "../../config/typed-path.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";

interface Options {
  readonly json?: boolean;
}

/** `config explain <path>`: a setting, where it comes from, and what a change would do. Docs: configuration.md#explain */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io, loaded, paths } = context;
  const [text = ""] = words;
  const path = typedPath(text);
  if (!loaded.valid) throw unreadable(context);
  const setting = await explainSetting({ loaded, paths, path, flags: flagVariables(context) });
  if (setting === undefined) throw pathNotFound(text);
  if (options.json) printJson(io, setting);
  else tell(io, ...lines(setting), `A change: ${consequence(context, setting)}`);
  return 0;
}

/** Variables that hold what they do because of a global flag. */
function flagVariables({ io }: CommandContext): Readonly<Record<string, string>> {
  const bare = applyProfileFlags(io.argv, { ...io, env: {} });
  const set = bare.ok ? bare.env : {};
  const flags = { OPENCLAW_GATEWAY_PORT: "--dev", OPENCLAW_LOG_LEVEL: "--log-level" };
  return Object.fromEntries(
    Object.entries(flags).filter(([name]) => set[name] !== undefined && set[name] === io.env[name]),
  );
}

function lines(setting: ExplainedSetting): readonly string[] {
  const { path, value, source, where, variables, type, sensitive } = setting;
  const from = where === undefined ? source : `${source} ${where}`;
  const made = variables.length === 0 ? "" : `, made from ${variables.join(", ")}`;
  return [
    `${path} = ${value === undefined ? "(not set)" : JSON.stringify(value)}`,
    `From: ${from}${made}`,
    `Type: ${type}${sensitive ? " (secret)" : ""}`,
    ...(setting.default === undefined ? [] : [`Default: ${JSON.stringify(setting.default)}`]),
  ];
}

function consequence({ loaded }: CommandContext, { reload }: ExplainedSetting): string {
  const mode = loaded.config.gateway?.reload?.mode ?? "hybrid";
  if (mode === "off") return "waits for a restart (gateway.reload.mode=off).";
  if (reload === "none") return "is read at the next use.";
  if (reload === "hot" && mode !== "restart") return "is applied live.";
  return mode === "hot" ? `waits for a restart (gateway.reload.mode=${mode}).` : "restarts the gateway.";
}
