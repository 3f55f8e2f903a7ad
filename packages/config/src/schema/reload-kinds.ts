/** What a change of a setting needs: `hot` work in the running gateway, a `restart`, nothing (`none`). */
export type ReloadKind = "hot" | "none" | "restart";

/** What holds for a setting and all below it, unless a longer prefix says something else. */
export interface ReloadKindRule {
  readonly prefix: string;
  readonly kind: ReloadKind;
  /** Decides about its own reload, so it is taken over whatever the mode. */
  readonly isAlwaysTaken?: true;
}

function rules(kind: ReloadKind, ...prefixes: readonly string[]): readonly ReloadKindRule[] {
  return prefixes.map((prefix) => ({ prefix, kind }));
}

/**
 * By setting, what a change needs; what is not named restarts. Variables of `.env` files stand under `.env`.
 *
 * Docs: configuration.md#reload
 */
export const RELOAD_KINDS: readonly ReloadKindRule[] = [
  { prefix: "gateway.reload", kind: "none", isAlwaysTaken: true },
  ...rules("none", "gateway.remote"),
  // What decides about admission: a revoked credential cannot wait for a restart (T-AUTH-15).
  ...rules(
    "hot",
    ...["token", "password", "tokens", "rateLimit", "trustedProxy", "allowTailscale"].map(
      (key) => `gateway.auth.${key}`,
    ),
    ...["trustedProxies", "allowRealIpFallback", "controlUi", "nodes", "writeBudget"].map(
      (key) => `gateway.${key}`,
    ),
    ...["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"].map((name) => `.env.${name}`),
  ),
  // `agents.list` carries heartbeats of its own.
  ...rules("hot", "agents.defaults.heartbeat", "agents.list"),
  ...rules("hot", "hooks", "cron", "browser", "channels"),
  // Read anew at every use.
  ...rules("none", "agents", "bindings", "messages", "models", "session", "skills", "talk", "tools", "audio"),
  ...rules("none", "$schema", "logging", "meta", "ui", "wizard", ".env"),
  ...rules("restart", "gateway", ".env.OPENCLAW_GATEWAY_PORT"),
];

/** What a change of some settings needs in all: the most that one of them does. */
export function reloadKind(paths: readonly (readonly string[])[]): ReloadKind {
  const kinds = new Set(paths.map((path) => reloadRule(RELOAD_KINDS, path)?.kind ?? "restart"));
  return (["restart", "hot"] as const).find((kind) => kinds.has(kind)) ?? "none";
}

/** The longest rule that names a setting or something above it; without one, a change restarts. */
export function reloadRule(
  rules: readonly ReloadKindRule[],
  path: readonly string[],
): ReloadKindRule | undefined {
  let longest: ReloadKindRule | undefined;
  const name = `${path.join(".")}.`;
  for (const rule of rules) {
    if (rule.prefix.length > (longest?.prefix.length ?? 0) && name.startsWith(`${rule.prefix}.`))
      longest = rule;
  }
  return longest;
}
