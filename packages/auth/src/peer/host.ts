import { isLoopback, isUnspecified, parseAddress } from "./address.ts";

/** Host name of a `Host` header, lower-case, without port and brackets; `undefined` when it is missing or unreadable. */
export function hostName(header: string | undefined): string | undefined {
  const match = /^(\[[^\]]+\]|[^:/\\@?#\s]+)(?::\d{1,5})?$/.exec(header?.trim() ?? "");
  return match?.[1]
    ?.toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** `localhost` or a loopback address. A mere prefix does not count: `127.evil.example` is a name. */
export function isLoopbackName(name: string): boolean {
  const address = parseAddress(name);
  return name === "localhost" || (address !== undefined && isLoopback(address));
}

/** Names that lead to this machine without public DNS: loopback, or our name in a tailnet. */
export function isLocalName(name: string): boolean {
  return isLoopbackName(name) || name.endsWith(".ts.net");
}

/** Whether the name is one of the addresses we listen on; a wildcard bind listens on every address. */
export function isBoundHost(name: string, bindHosts: readonly string[]): boolean {
  const address = parseAddress(name);
  return bindHosts.some((host) => {
    const bound = parseAddress(host);
    if (bound === undefined || address === undefined) return host.toLowerCase() === name;
    // An address literal cannot be rebound by DNS, so under a wildcard bind any literal is as good as ours.
    return isUnspecified(bound) || (bound.family === address.family && bound.bits === address.bits);
  });
}
