const MIB = 1024 * 1024;

/**
 * What holds for settings that are left out and are not filled in when the file is read, because it is for those who use
 * them to say so in their own way. The one place for these values: explanations, the reference and the users read them
 * here.
 *
 * Docs: configuration.md#all-settings
 */
export const SETTING_DEFAULTS = Object.freeze({
  "env.shellEnv.enabled": false,
  "env.shellEnv.timeoutMs": 15_000,
  "gateway.reload.debounceMs": 300,
  "gateway.reload.pollMs": 2_000,
  "gateway.tailscale.mode": "off",
  "gateway.tailscale.resetOnExit": false,
  "gateway.remote.transport": "ssh",
  "agents.defaults.heartbeat.every": "30m",
  "agents.defaults.heartbeat.target": "none",
  "agents.defaults.heartbeat.ackMaxChars": 300,
  "logging.level": "info",
  "logging.consoleLevel": "info",
  "logging.maxFileBytes": 20 * MIB,
  "logging.maxTotalBytes": 100 * MIB,
  "logging.maxAgeDays": 7,
  "logging.redactSensitive": "tools",
} as const);
