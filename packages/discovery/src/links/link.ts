import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

/** One network this machine is on: the neighbours there hear each other's multicasts. */
export interface Link {
  /** Own IPv4 address there. */
  readonly address: string;
  /** e.g. `255.255.255.0` */
  readonly netmask: string;
}

/** More than any machine should speak on: each takes a socket. */
const MAX_LINKS = 16;
/** An address of its own network, as tunnels have it: there is no neighbour to hear anything. */
const ALONE = "255.255.255.255";

/**
 * The networks a listener on these addresses has neighbours on, in the system's order; at most 16. `0.0.0.0` means all
 * of them. Loopback and tunnels have no neighbours. A system that does not tell its interfaces has none.
 */
export function localLinks(hosts: readonly string[] = ["0.0.0.0"]): readonly Link[] {
  const isAny = hosts.includes("0.0.0.0");
  return interfaces()
    .filter(({ family, internal, netmask }) => family === "IPv4" && !internal && netmask !== ALONE)
    .filter(({ address }) => isAny || hosts.includes(address))
    .slice(0, MAX_LINKS)
    .map(({ address, netmask }) => ({ address, netmask }));
}

function interfaces() {
  try {
    return Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  } catch {
    // Some sandboxes forbid the question.
    return [];
  }
}

/** Whether an address belongs to a neighbour on this link, or to ourselves there. */
export function isOnLink({ address, netmask }: Link, other: string): boolean {
  if (!isIPv4(other)) return false;
  const mask = bitsOf(netmask);
  return (bitsOf(address) & mask) === (bitsOf(other) & mask);
}

function bitsOf(address: string): number {
  return address.split(".").reduce((bits, part) => (bits << 8) | Number(part), 0);
}
