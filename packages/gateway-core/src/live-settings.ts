import { stat } from "node:fs/promises";
import { type AuthSettings, type GatewaySettings, loadConfig, type LoadedConfig } from "@openclaw/config";
import { type Loaded, settingsFor } from "./load.ts";
import type { GatewayOptions, Logger } from "./options.ts";

/** The settings in force. What decides about admission follows the configuration file, all else stays as it started. */
export interface LiveSettings {
  /** The same object until something changes. */
  readonly current: GatewaySettings;
  /** Begins to look at the file; does nothing when the configuration is a value of the program. */
  watch(): void;
  close(): void;
}

export interface LiveSettingsOptions {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  /** Another admission is in force. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** Settings that are in force soon after they were saved: what {@link withAdmission} takes over. */
const LIVE_SETTINGS = [
  "gateway.auth.token",
  "gateway.auth.password",
  "gateway.auth.tokens",
  "gateway.auth.rateLimit",
  "gateway.auth.trustedProxy",
  "gateway.auth.allowTailscale",
  "gateway.trustedProxies",
  "gateway.allowRealIpFallback",
  "gateway.controlUi",
  "gateway.nodes",
  "gateway.writeBudget",
];

/** Whether a setting, or all below it, needs no restart. */
export function isLiveSetting(path: string): boolean {
  return LIVE_SETTINGS.some((live) => path === live || path.startsWith(`${live}.`));
}

/** A revocation written by a command has to reach open connections within a second, so this is well below. */
const LOOK_MS = 500;

/**
 * Re-reads credentials, named tokens, their limits, proxies and origins when the configuration file changes. The file
 * counts as a whole: one that is invalid, or that no gateway could start with, changes nothing.
 *
 * Docs: configuration.md#live-credentials
 */
export function createLiveSettings({ options, loaded, onChange, logger }: LiveSettingsOptions): LiveSettings {
  const { paths } = loaded;
  let current = loaded.settings;
  let seenRevision = revisionOf(loaded.config);
  let seenStamp: string | undefined;
  let files = filesOf(loaded.config);
  let timer: NodeJS.Timeout | undefined;

  const apply = (config: LoadedConfig) => {
    const next = settingsOf(config);
    if (!next.ok) return logger.warn(`configuration change not applied: ${next.reason}`);
    const { mode } = current.auth;
    if (next.settings.auth.mode !== mode)
      logger.warn(`gateway.auth.mode stays ${mode} until the gateway is started again`);
    const settings = withAdmission(current, next.settings);
    if (JSON.stringify(settings) === JSON.stringify(current)) return;
    current = settings;
    logger.info("configuration changed: credentials, proxies, origins and node commands applied");
    onChange();
  };
  const settingsOf = (config: LoadedConfig): Applicable => {
    const [issue] = config.issues;
    if (!config.valid)
      return { ok: false, reason: `${issue?.path || "<root>"}: ${issue?.message ?? "invalid"}` };
    const resolution = settingsFor(config, options, paths);
    return resolution.ok ? resolution : { ok: false, reason: resolution.failure.lines[0] };
  };
  const look = async () => {
    const stamp = await stampOf(files);
    if (stamp === undefined || stamp === seenStamp) return;
    const config = await loadConfig({ paths, env: options.env ?? {} });
    // Somebody is still writing: what was read may be half of it.
    if (timer === undefined || stamp !== (await stampOf(files))) return;
    seenStamp = stamp;
    // What an invalid text includes may not be all of it: the files of the last good one are still looked at.
    files = config.valid ? filesOf(config) : [...new Set([...files, ...filesOf(config)])];
    const revision = revisionOf(config);
    if (revision === seenRevision) return;
    seenRevision = revision;
    apply(config);
  };
  const next = () => {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => logger.warn("configuration file not read", { error }))
        .finally(() => timer && next());
    }, LOOK_MS);
    timer.unref();
  };
  return {
    get current() {
      return current;
    },
    watch: () => {
      if (options.config === undefined) next();
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

type Applicable =
  { readonly ok: true; readonly settings: GatewaySettings } | { readonly ok: false; readonly reason: string };

/** The main file and what it includes. */
function filesOf({ path, includes }: LoadedConfig): readonly string[] {
  return [path, ...includes.map((included) => included.path)];
}

/** Differs when any of these files says something else. */
function revisionOf({ hash, includes }: LoadedConfig): string {
  return [hash, ...includes.map((included) => included.hash)].join(" ");
}

/**
 * Differs after every save: editors and our own writer put a new file in place, others touch size or time.
 * `undefined` while the main file is missing; one that it includes may have gone for good.
 */
async function stampOf(files: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(files.map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  if (found[0] === undefined) return undefined;
  return found.map((file) => (file ? `${file.ino} ${file.mtimeNs} ${file.size}` : "missing")).join("\n");
}

function withAdmission(current: GatewaySettings, next: GatewaySettings): GatewaySettings {
  const { trustedProxies, allowRealIpFallback, controlUi, nodes, writeBudget } = next;
  return {
    ...current,
    auth: withSecret(current.auth, next.auth),
    trustedProxies,
    allowRealIpFallback,
    controlUi,
    nodes,
    writeBudget,
  };
}

/** The mode needs a restart. Without a secret for it in the file, the one that was generated or given before goes on. */
function withSecret(current: AuthSettings, next: AuthSettings): AuthSettings {
  const { mode, modeSource, token, tokenSource, password, passwordSource } = current;
  return {
    ...(token !== undefined && { token }),
    ...(tokenSource !== undefined && { tokenSource }),
    ...(password !== undefined && { password }),
    ...(passwordSource !== undefined && { passwordSource }),
    ...next,
    mode,
    modeSource,
  };
}
