import { applyDefaults } from "../defaults.ts";
import type { Paths } from "../paths.ts";
import { SETTING_DEFAULTS } from "../schema/setting-defaults.ts";
import { getPath } from "../show/config-path.ts";
import { isRecord } from "../source/record.ts";
import { resolveGatewaySettings } from "../settings/resolve-gateway-settings.ts";

/** Where the settings of a gateway are called otherwise than in the file. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  "reload.mode": ["reloadMode"],
  "http.endpoints.chatCompletions.enabled": ["http", "chatCompletions"],
  "http.endpoints.responses.enabled": ["http", "responses"],
};

/**
 * What holds for a setting that is written nowhere; undefined for a section, when nothing does, or when it depends on
 * others.
 */
export function defaultValue(path: readonly string[], paths: Pick<Paths, "auditPath" | "stateDir">): unknown {
  const value = standardAt(path, paths);
  return isRecord(value) ? undefined : value;
}

function standardAt(path: readonly string[], paths: Pick<Paths, "auditPath" | "stateDir">): unknown {
  const filled = getPath(applyDefaults({}), path) ?? getPath(SETTING_DEFAULTS, [path.join(".")]);
  if (filled !== undefined || path[0] !== "gateway") return filled;
  const config = { gateway: { mode: "local" as const } };
  const resolution = resolveGatewaySettings({ config, env: {}, paths, addresses: () => [] });
  const place = path.slice(1);
  return resolution.ok ? getPath(resolution.settings, OTHER_NAMES[place.join(".")] ?? place) : undefined;
}
