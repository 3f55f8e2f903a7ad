import type { Env } from "../environment.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import type {
  AuthMode,
  AuthSettings,
  GatewayFlags,
  NamedTokenSettings,
  SettingSource,
} from "./gateway-settings.ts";
import { usableSecret } from "./secret.ts";

/** Credentials as found, and which places held something that cannot serve as one. */
export interface ResolvedAuth {
  readonly auth: AuthSettings;
  /** Names of settings whose value is blank or a placeholder. */
  readonly rejected: readonly string[];
}

/** Where one secret may come from, highest rank first. */
type Candidate = readonly [source: SettingSource, name: string, value: string | undefined];

/**
 * Which credentials guard this gateway. The file outranks the environment here, so that a stray variable
 * cannot replace a configured secret. Docs: configuration.md#precedence
 */
export function resolveAuth(config: OpenClawConfig, env: Env, flags: GatewayFlags): ResolvedAuth {
  const { auth = {}, tailscale } = config.gateway ?? {};
  const token = pickSecret([
    ["flag", "--token", flags.token],
    ["config", "gateway.auth.token", auth.token],
    ["env", "OPENCLAW_GATEWAY_TOKEN", env["OPENCLAW_GATEWAY_TOKEN"]],
  ]);
  const password = pickSecret([
    ["flag", "--password", flags.password],
    ["config", "gateway.auth.password", auth.password],
    ["env", "OPENCLAW_GATEWAY_PASSWORD", env["OPENCLAW_GATEWAY_PASSWORD"]],
  ]);
  const [mode, modeSource] = pickMode(flags.auth, auth.mode, password.value !== undefined);
  const isPersonal = mode !== "password" && mode !== "trusted-proxy";
  return {
    rejected: [...token.rejected, ...password.rejected],
    auth: {
      mode,
      modeSource,
      ...(token.value !== undefined && { token: token.value, tokenSource: token.source }),
      ...(password.value !== undefined && { password: password.value, passwordSource: password.source }),
      tokens: (auth.tokens ?? []).map(namedToken),
      allowTailscale: auth.allowTailscale ?? (tailscale?.mode === "serve" && isPersonal),
      rateLimit: {
        maxAttempts: 10,
        windowMs: 60_000,
        lockoutMs: 300_000,
        exemptLoopback: true,
        ...auth.rateLimit,
      },
      ...(auth.trustedProxy !== undefined && { trustedProxy: proxySettings(auth.trustedProxy) }),
    },
  };
}

type ConfiguredAuth = NonNullable<NonNullable<OpenClawConfig["gateway"]>["auth"]>;
type ConfiguredProxy = NonNullable<ConfiguredAuth["trustedProxy"]>;
type ConfiguredToken = NonNullable<ConfiguredAuth["tokens"]>[number];

/** Fills in what an entry leaves out: an operator that may read, for good, from anywhere. */
function namedToken({ name, hash, role, scopes, expiresAt, cidr }: ConfiguredToken): NamedTokenSettings {
  return {
    name,
    hash,
    role: role ?? "operator",
    scopes: scopes ?? ["operator.read"],
    ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
    ...(cidr !== undefined && { cidr }),
  };
}

function proxySettings(proxy: ConfiguredProxy): NonNullable<AuthSettings["trustedProxy"]> {
  const { secretHeader } = proxy;
  return {
    userHeader: headerName(proxy.userHeader),
    requiredHeaders: (proxy.requiredHeaders ?? []).map(headerName),
    allowUsers: proxy.allowUsers ?? [],
    ...(secretHeader !== undefined && {
      secretHeader: { name: headerName(secretHeader.name), value: secretHeader.value },
    }),
  };
}

function headerName(name: string): string {
  return name.trim().toLowerCase();
}

function pickMode(
  flag: string | undefined,
  configured: AuthMode | undefined,
  hasPassword: boolean,
): readonly [AuthMode, SettingSource] {
  if (flag === "token" || flag === "password") return [flag, "flag"];
  if (configured !== undefined) return [configured, "config"];
  return [hasPassword ? "password" : "token", "default"];
}

type Picked = { readonly rejected: readonly string[] } & (
  { readonly value: string; readonly source: SettingSource } | { readonly value?: undefined }
);

function pickSecret(candidates: readonly Candidate[]): Picked {
  const rejected: string[] = [];
  for (const [source, name, text] of candidates) {
    const value = usableSecret(text);
    if (value !== undefined) return { value, source, rejected };
    // An empty variable is a common way to unset one; an empty setting in the file is a mistake.
    if (text !== undefined && !(source === "env" && text.trim() === "")) rejected.push(name);
  }
  return { rejected };
}
