import type { AuthPolicy } from "../policy.ts";
import type { Peer } from "./facts.ts";
import { hostName, isBoundHost, isLocalName, isLoopbackName } from "./host.ts";

/** The part of the policy that says which pages and host names are ours. */
export type BrowserPolicy = Pick<AuthPolicy, "controlUi" | "port" | "bindHosts">;

/** What the browser rules say about a request. Any `Origin` at all makes the sender a browser. */
export type BrowserVerdict =
  | { readonly ok: true; readonly isBrowser: boolean; readonly isOwnOrigin: boolean }
  | { readonly ok: false; readonly reason: "origin not allowed" | "host not allowed" };

type SafeOrigin = "own" | "listed" | "any-loopback" | "same-host";

/**
 * Judges the `Origin` of a request, whatever client it claims to be and wherever it comes from (T-WEB-02, T-WEB-04),
 * and with it the `Host`: a name somebody else's DNS points at us is not ours (T-WEB-03).
 *
 * Docs: protocol.md#browser-origins
 */
export function judgeBrowser(peer: Pick<Peer, "origin" | "host">, policy: BrowserPolicy): BrowserVerdict {
  if (peer.origin === undefined) return { ok: true, isBrowser: false, isOwnOrigin: false };
  const origin = safeOrigin(peer.origin, peer.host, policy);
  if (origin === undefined) return { ok: false, reason: "origin not allowed" };
  if (origin !== "same-host" && !isHostAllowed(peer.host, policy))
    return { ok: false, reason: "host not allowed" };
  return { ok: true, isBrowser: true, isOwnOrigin: origin === "own" };
}

/** Whether a browser may know us under this `Host`: a local name, an address we listen on, or a listed one. */
export function isHostAllowed(host: string | undefined, policy: BrowserPolicy): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  if (isLocalName(name) || isBoundHost(name, policy.bindHosts)) return true;
  return policy.controlUi.allowedOrigins.some((origin) => hostName(originUrl(origin)?.host) === name);
}

function safeOrigin(text: string, host: string | undefined, policy: BrowserPolicy): SafeOrigin | undefined {
  const { controlUi, port } = policy;
  const origin = originUrl(text);
  if (origin === undefined) return undefined;
  if (controlUi.allowedOrigins.some((allowed) => canonical(allowed) === canonical(text))) return "listed";
  if (isLoopbackName(hostName(origin.host) ?? "") && isLoopbackName(hostName(host) ?? "")) {
    if (portOf(origin) === port) return "own";
    // Another web app of this machine, which must not drive the gateway unless the operator says so (T-WEB-11).
    if (controlUi.allowLoopbackOrigins) return "any-loopback";
  }
  if (controlUi.dangerouslyAllowHostHeaderOriginFallback && isSameHost(origin, host)) return "same-host";
  return undefined;
}

/** `null`, several origins in one header and other junk are no origin. */
function originUrl(text: string): URL | undefined {
  return URL.canParse(text) && text.includes("://") ? new URL(text) : undefined;
}

function canonical(origin: string): string {
  return origin.trim().toLowerCase().replace(/\/$/, "");
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

function isSameHost(origin: URL, host: string | undefined): boolean {
  // Parsed under the scheme of the origin, so that its default port may be spelled out or not.
  const base = `${origin.protocol}//${host?.trim() ?? ""}`;
  return hostName(host) !== undefined && URL.canParse(base) && new URL(base).host === origin.host;
}
