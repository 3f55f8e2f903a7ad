import { type OpenClawConfig, SETTING_DEFAULTS } from "@openclaw/config";
import type { HealthHeartbeat } from "@openclaw/protocol";

const DEFAULT_PROMPT =
  "Read HEARTBEAT.md in your workspace if it exists and do what it asks. Do not take up old tasks again. If nothing needs attention, answer HEARTBEAT_OK.";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The heartbeat settings of an agent: its own over the defaults. When any agent has own settings, only those
 * agents beat; none does while they are switched off.
 *
 * Docs: configuration.md#heartbeat
 */
export function heartbeatOf(config: OpenClawConfig, agentId: string, isOn = true): HealthHeartbeat {
  const agents = config.agents?.list ?? [];
  const own = agents.find(({ id }) => id === agentId)?.heartbeat;
  const isChosen = own !== undefined || agents.every(({ heartbeat }) => heartbeat === undefined);
  const settings = { ...config.agents?.defaults?.heartbeat, ...own };
  const every = String(settings.every ?? SETTING_DEFAULTS["agents.defaults.heartbeat.every"]);
  const everyMs = parseDuration(every);
  const enabled = isOn && isChosen && everyMs > 0;
  return {
    enabled,
    every: enabled ? every : "disabled",
    everyMs: enabled ? everyMs : null,
    prompt: settings.prompt ?? DEFAULT_PROMPT,
    target: settings.target ?? SETTING_DEFAULTS["agents.defaults.heartbeat.target"],
    ...(settings.model !== undefined && { model: settings.model }),
    ackMaxChars: settings.ackMaxChars ?? SETTING_DEFAULTS["agents.defaults.heartbeat.ackMaxChars"],
  };
}

/** `90s`, `30m`, `1h`; a bare number counts minutes. The schema has refused everything else. */
function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  return Number(amount ?? 0) * (UNIT_MS[unit ?? "m"] ?? 0);
}
