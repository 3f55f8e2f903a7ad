import type { ProviderConfig } from "../config.ts";
import { KNOWN_PROVIDERS } from "./known-providers.ts";

/** A provider's key, or that it needs none. */
export type Credential =
  | { readonly kind: "key"; readonly key: string; readonly source: string }
  | { readonly kind: "none-needed" }
  | { readonly kind: "missing" };

/**
 * Finds a provider's key: environment, then configuration; servers on this host need none. A key that is not text
 * (an unresolved secret reference) counts as missing. Docs: configuration.md#credentials
 */
export function findCredential(o: {
  readonly provider: string;
  readonly config: ProviderConfig | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Credential {
  const known = KNOWN_PROVIDERS.get(o.provider);
  for (const name of known?.keyNames ?? []) {
    const key = o.env[name]?.trim();
    if (key !== undefined && key !== "") return { kind: "key", key, source: name };
  }
  const configured = o.config?.apiKey;
  if (typeof configured === "string" && configured.trim() !== "") {
    return { kind: "key", key: configured.trim(), source: `models.providers.${o.provider}.apiKey` };
  }
  if (o.config !== undefined)
    return isLoopbackUrl(o.config.baseUrl) ? { kind: "none-needed" } : { kind: "missing" };
  return known?.isLocal === true ? { kind: "none-needed" } : { kind: "missing" };
}

/** What to do about a missing key; names no secret. */
export function missingKeyText(provider: string): string {
  const [name] = KNOWN_PROVIDERS.get(provider)?.keyNames ?? [];
  const places = [
    ...(name === undefined ? [] : [`the environment variable ${name}`]),
    `models.providers.${provider}.apiKey`,
  ];
  return `No API key found for provider "${provider}". Set ${places.join(" or ")}.`;
}

function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname } = new URL(text);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}
