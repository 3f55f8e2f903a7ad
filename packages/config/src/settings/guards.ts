import type { OpenClawConfig } from "../schema/config-schema.ts";
import { SETTING_DEFAULTS } from "../schema/setting-defaults.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import { usableSecret } from "./secret.ts";
import { type StartFailure, startFailure } from "./start-failures.ts";

interface Guarded {
  readonly settings: GatewaySettings;
  readonly config: OpenClawConfig;
  /** Settings whose value cannot serve as a secret. */
  readonly rejected: readonly string[];
}
/** One condition under which a gateway must not start. */
type Guard = (guarded: Guarded) => StartFailure | undefined;

/** The first reason not to start, in the order in which an operator would want to hear of them. */
export function checkGuards(guarded: Guarded): StartFailure | undefined {
  for (const guard of GUARDS) {
    const failure = guard(guarded);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

const passwordIsThere: Guard = ({ settings: { auth }, rejected }) =>
  auth.mode === "password" && auth.password === undefined
    ? startFailure("password-missing", {}, [
        "Set gateway.auth.password (or OPENCLAW_GATEWAY_PASSWORD), or pass --password.",
        ...rejectedHints(rejected),
      ])
    : undefined;

const networkNeedsSecret: Guard = ({ settings, config, rejected }) => {
  const { auth, bind, hosts, port, tokenMissing } = settings;
  // A token nobody has set can be generated; one that is set but worthless shows a mistake.
  const canGenerate = tokenMissing && rejected.length === 0;
  const isGuarded = auth.mode === "trusted-proxy" || (auth.mode !== "none" && !tokenMissing) || canGenerate;
  if (bind === "loopback" || isGuarded) return undefined;
  const remoteToken = config.gateway?.remote?.token;
  return startFailure("bind-without-auth", { host: hosts[0], port }, [
    "Set gateway.auth.token/password (or OPENCLAW_GATEWAY_TOKEN/OPENCLAW_GATEWAY_PASSWORD) or pass --token/--password.",
    ...rejectedHints(rejected),
    ...(remoteToken === undefined
      ? []
      : ['"gateway.remote.token" is for remote CLI calls; it does not enable local gateway auth.']),
  ]);
};

const proxyIsDescribed: Guard = ({ settings: { auth, trustedProxies, isLoopback } }) => {
  if (auth.mode !== "trusted-proxy") return undefined;
  if (auth.trustedProxy === undefined) return startFailure("proxy-settings-missing", {});
  if (auth.trustedProxy.userHeader === "") return startFailure("proxy-user-header-empty", {});
  if (trustedProxies.length === 0) return startFailure("proxies-missing", {});
  const hasLocalProxy = trustedProxies.some((proxy) => /^(127\.|::1(\/|$)|::ffff:127\.)/i.test(proxy.trim()));
  return isLoopback && !hasLocalProxy ? startFailure("loopback-proxy-missing", {}) : undefined;
};

const tailscaleIsGuarded: Guard = ({ settings: { auth, isLoopback }, config }) => {
  const mode = config.gateway?.tailscale?.mode ?? SETTING_DEFAULTS["gateway.tailscale.mode"];
  if (mode === "funnel" && auth.mode !== "password") return startFailure("funnel-without-password", {});
  return mode !== "off" && !isLoopback ? startFailure("tailscale-off-loopback", {}) : undefined;
};

const originsAreNamed: Guard = ({ settings: { controlUi, isLoopback } }) => {
  const isOpen = controlUi.allowedOrigins.length > 0 || controlUi.dangerouslyAllowHostHeaderOriginFallback;
  return controlUi.enabled && !isLoopback && !isOpen
    ? startFailure("control-ui-origins-missing", {})
    : undefined;
};

const hooksAreGuarded: Guard = ({ settings: { auth }, config: { hooks } }) => {
  if (hooks?.enabled !== true) return undefined;
  const token = usableSecret(hooks.token);
  if (token === undefined) return startFailure("hooks-token-missing", {});
  if (token === auth.token || token === auth.password) return startFailure("hooks-token-shared", {});
  if (hooks.path?.trim().replace(/\/+$/, "") === "" && hooks.path.includes("/"))
    return startFailure("hooks-path-root", {});
  const prefixes = hooks.allowedSessionKeyPrefixes;
  if (prefixes === undefined || prefixes.length === 0) return undefined;
  const key = hooks.defaultSessionKey;
  if (key === undefined) {
    return prefixes.includes("hook:") ? undefined : startFailure("hooks-prefix-unlisted", {});
  }
  return prefixes.some((prefix) => key.startsWith(prefix))
    ? undefined
    : startFailure("hooks-default-key-unlisted", {});
};

const GUARDS: readonly Guard[] = [
  passwordIsThere,
  networkNeedsSecret,
  proxyIsDescribed,
  tailscaleIsGuarded,
  hooksAreGuarded,
  originsAreNamed,
];

function rejectedHints(rejected: readonly string[]): readonly string[] {
  return rejected.map((name) => `${name} is blank or a placeholder and counts as missing.`);
}
