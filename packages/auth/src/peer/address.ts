import { isIPv4, isIPv6 } from "node:net";

/** An IP address as a number, so that blocks compare by arithmetic. Mapped IPv4 is IPv4. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

const MAPPED_IPV4_PREFIX = 0xffffn;

/** Reads an IPv4 or IPv6 address; brackets and a zone (`[fe80::1%eth0]`) are dropped. */
export function parseAddress(text: string): Address | undefined {
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "");
  if (isIPv4(bare)) return { family: 4, bits: ipv4Bits(bare) };
  if (!isIPv6(bare)) return undefined;
  const bits = ipv6Bits(bare);
  // One client must not get two identities from 1.2.3.4 and ::ffff:1.2.3.4 (T-AUTH-11).
  if (bits >> 32n === MAPPED_IPV4_PREFIX) return { family: 4, bits: bits & 0xffff_ffffn };
  return { family: 6, bits };
}

/** Canonical text: dotted IPv4, or compressed lower-case IPv6. */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (bits >> BigInt(112 - 16 * index)) & 0xffffn);
  return canonicalIpv6(groups.map((group) => group.toString(16)).join(":"));
}

/** Whether the address never leaves this machine. */
export function isLoopback({ family, bits }: Address): boolean {
  return family === 4 ? bits >> 24n === 127n : bits === 1n;
}

/** Whether the address stands for all of this machine's addresses (`0.0.0.0`, `::`). */
export function isUnspecified({ bits }: Address): boolean {
  return bits === 0n;
}

function ipv4Bits(text: string): bigint {
  return text.split(".").reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6Bits(text: string): bigint {
  const [head = "", tail] = canonicalIpv6(text).split("::");
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((bits, group) => (bits << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] {
  return text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
}

/** The URL parser is the platform's own canonicaliser: it compresses zeros and spells embedded IPv4 as hex. */
function canonicalIpv6(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
