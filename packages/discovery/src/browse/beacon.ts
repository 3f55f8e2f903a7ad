import { LOCAL_DOMAIN } from "../packets/service-type.ts";

/**
 * What a gateway says about itself on the network. Anybody there can say anything: it is a hint where to look, and never
 * a reason to show a credential.
 */
export interface Beacon {
  readonly instanceName: string;
  /** Set with `discovery.mdns.mode=full`. */
  readonly displayName: string | null;
  readonly domain: typeof LOCAL_DOMAIN;
  /** Name of the machine within the domain, e.g. `openclaw-3fa9c2.local`. */
  readonly host: string | null;
  readonly port: number | null;
  /** IPv4 addresses that it names and that it spoke from. */
  readonly addresses: readonly string[];
  /** Address to connect to; `null` unless the sender named one that is its own. */
  readonly wsUrl: string | null;
  readonly tls: boolean;
  readonly role: string | null;
  readonly transport: string | null;
  readonly lanHost: string | null;
  readonly tailnetDns: string | null;
  readonly sshPort: number | null;
  readonly cliPath: string | null;
}

/** What was heard of one service. */
export interface Sighting {
  readonly instance: string;
  readonly service: { readonly host: string; readonly port: number } | undefined;
  /** The strings of its TXT record. */
  readonly text: readonly Uint8Array[];
  readonly addresses: readonly string[];
}

/** Longest text of a stranger's that is passed on, in UTF-16 units. */
const MAX_TEXT = 128;
const MAX_PAIRS = 32;

/** Makes a beacon of what a stranger sent: every text short and on one line, without anything invisible. */
export function toBeacon({ instance, service, text, addresses }: Sighting): Beacon {
  const told = pairsOf(text);
  const tls = /^(1|true|yes)$/i.test(told.get("gatewaytls") ?? "");
  const port = service && portOf(service.port);
  const [address] = addresses;
  return {
    instanceName: clean(instance),
    displayName: told.get("displayname") ?? null,
    domain: LOCAL_DOMAIN,
    host: service === undefined ? null : clean(service.host) || null,
    port: port ?? null,
    addresses,
    wsUrl: address === undefined || !port ? null : `${tls ? "wss" : "ws"}://${address}:${port}`,
    tls,
    role: told.get("role") ?? null,
    transport: told.get("transport") ?? null,
    lanHost: told.get("lanhost") ?? null,
    tailnetDns: told.get("tailnetdns") ?? null,
    sshPort: portOf(Number(told.get("sshport"))) ?? null,
    cliPath: told.get("clipath") ?? null,
  };
}

/** Keys in lower case, as case does not count; the first of each counts, and none that is empty. */
function pairsOf(strings: readonly Uint8Array[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const bytes of strings.slice(0, MAX_PAIRS)) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(new TextDecoder().decode(bytes)) ?? [];
    const text = clean(value);
    const known = key.toLowerCase();
    if (text !== "" && !pairs.has(known)) pairs.set(known, text);
  }
  return pairs;
}

function portOf(value: number): number | undefined {
  return Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;
}

// What moves the cursor, breaks the line, is not seen or turns the direction of reading; then half characters.
function clean(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim();
  return visible.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, "");
}
