import { readPacket, type ServiceRecord } from "../packets/read-packet.ts";
import type { OwnQuestion } from "../packets/write-packet.ts";
import { instanceOf, isSameName, SERVICE_TYPE, serviceName } from "../packets/service-type.ts";
import { type Beacon, toBeacon } from "./beacon.ts";

/** Most beacons of one search; further ones are not listed. */
export const MAX_BEACONS = 64;
/** One sender cannot fill the list by itself. */
const MAX_PER_SENDER = 8;
const MAX_SENDERS = 256;
const MAX_HOSTS = 16;
const MAX_ADDRESSES = 8;
/** Packets of one sender that are read in one search: a flood keeps nobody busy for longer. */
const MAX_PACKETS = 256;
/** As many as fit into one packet with room to spare. */
const MAX_QUESTIONS = 16;

interface Service {
  readonly instance: string;
  place?: { readonly host: string; readonly port: number };
  text?: readonly Uint8Array[];
}

interface Sender {
  readonly addresses: Set<string>;
  packets: number;
  /** By name in lower case. */
  readonly services: Map<string, Service>;
  /** Addresses by host name in lower case. */
  readonly hosts: Map<string, Set<string>>;
}

/**
 * What was heard in one search, kept apart by sender: nobody can speak for another one, change what another one said, or
 * keep it off the list.
 */
export class Sightings {
  readonly #ownAddresses: ReadonlySet<string>;
  readonly #senders = new Map<string, Sender>();

  /** @param ownAddresses this machine's: whatever speaks from them is one sender */
  constructor(ownAddresses: readonly string[]) {
    this.#ownAddresses = new Set(ownAddresses);
  }

  /** Takes in a packet. @param from IPv4 address it came from */
  hear(bytes: Buffer, from: string): void {
    const sender = this.#sender(from);
    if (sender === undefined || ++sender.packets > MAX_PACKETS) return;
    const packet = readPacket(bytes);
    if (packet?.isResponse !== true) return;
    for (const record of packet.records) note(sender, record);
  }

  /** What would still have to be asked for, so that every service heard of is complete. */
  missing(): OwnQuestion[] {
    const questions = [...this.#senders.values()].flatMap(({ services, hosts }) =>
      [...services.values()].flatMap(({ instance, place, text }): OwnQuestion[] => [
        ...(place === undefined ? [{ name: serviceName(instance), type: "SRV" as const }] : []),
        ...(text === undefined ? [{ name: serviceName(instance), type: "TXT" as const }] : []),
        ...(place !== undefined && !hosts.has(place.host.toLowerCase())
          ? [{ name: place.host, type: "A" as const }]
          : []),
      ]),
    );
    return questions.filter(({ name }) => isWritable(name)).slice(0, MAX_QUESTIONS);
  }

  /** Sorted by name; at most {@link MAX_BEACONS}. */
  beacons(): Beacon[] {
    const found = [...this.#senders.values()].flatMap((sender) =>
      [...sender.services.values()].map((service) => beaconOf(sender, service)),
    );
    const sorted = found.filter(({ instanceName }) => instanceName !== "").slice(0, MAX_BEACONS);
    return sorted.sort((one, other) => compare(keyOf(one), keyOf(other)));
  }

  #sender(from: string): Sender | undefined {
    const key = this.#ownAddresses.has(from) ? "own" : from;
    const known = this.#senders.get(key);
    if (known !== undefined) {
      known.addresses.add(from);
      return known;
    }
    if (this.#senders.size >= MAX_SENDERS) return undefined;
    const sender: Sender = { addresses: new Set([from]), packets: 0, services: new Map(), hosts: new Map() };
    this.#senders.set(key, sender);
    return sender;
  }
}

function note({ services, hosts }: Sender, record: ServiceRecord): void {
  if (record.type === "A") {
    const name = record.name.toLowerCase();
    const known = hosts.get(name) ?? new Set();
    if (record.ttl === 0) known.delete(record.data);
    else if (known.size < MAX_ADDRESSES) known.add(record.data);
    if (hosts.has(name) || hosts.size < MAX_HOSTS) hosts.set(name, known);
    return;
  }
  const isList = record.type === "PTR";
  if (isList && !isSameName(record.name, SERVICE_TYPE)) return;
  const instance = instanceOf(isList ? record.data : record.name);
  if (instance === undefined) return;
  const key = instance.toLowerCase();
  if (record.ttl === 0) return void services.delete(key);
  const service = services.get(key) ?? { instance };
  if (!services.has(key) && services.size >= MAX_PER_SENDER) return;
  services.set(key, service);
  if (record.type === "SRV") service.place = { host: record.data.target, port: record.data.port };
  if (record.type === "TXT") service.text = record.data;
}

// A gateway speaks for itself: an address that it does not speak from could be anybody's.
function beaconOf({ addresses, hosts }: Sender, { instance, place, text = [] }: Service): Beacon {
  const named = place === undefined ? undefined : hosts.get(place.host.toLowerCase());
  const own = [...(named ?? [])].filter((address) => addresses.has(address)).sort(compare);
  return toBeacon({ instance, service: place, text, addresses: own });
}

/** Names with labels that fit into a packet. */
function isWritable(name: string): boolean {
  return name.split(".").every((label) => label !== "" && Buffer.byteLength(label) < 64);
}

function keyOf({ instanceName, wsUrl }: Beacon): string {
  return `${instanceName}\n${wsUrl ?? ""}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
