import type { Packet, Question, ServiceRecord } from "../packets/read-packet.ts";
import { isSameName, SERVICE_TYPE, serviceName } from "../packets/service-type.ts";
import type { AnnouncedService } from "./service.ts";

/** Whether a packet asks for what we announce and does not know it yet. */
export function asksForUs({ isResponse, questions, records }: Packet, service: AnnouncedService): boolean {
  if (isResponse) return false;
  const name = serviceName(service.instance);
  const isKnown = records.some(
    ({ type, data, ttl }) => type === "PTR" && isSameName(data, name) && ttl >= 60,
  );
  return questions.some(
    (question) =>
      (asks(question, SERVICE_TYPE, ["PTR"]) && !isKnown) ||
      asks(question, name, ["SRV", "TXT"]) ||
      asks(question, service.host, ["A"]),
  );
}

function asks(question: Question, name: string, types: readonly string[]): boolean {
  return isSameName(question.name, name) && [...types, "ANY"].includes(question.type);
}

/** Our addresses. */
export interface OwnAddresses {
  /** On the link that something was heard on. */
  readonly here: string;
  readonly everywhere: readonly string[];
}

/**
 * Whether somebody else has one of our names, or is about to take it and goes before us: the two sides of a race compare
 * what they claim, and the lesser gives way.
 */
export function contests(packet: Packet, service: AnnouncedService, own: OwnAddresses): boolean {
  const told = packet.isResponse ? packet.records : packet.claims;
  const theirs = claimOf(told, service);
  const isOurs =
    theirs.places.every((place) => place === placeOf(service)) &&
    theirs.addresses.every((address) => own.everywhere.includes(address));
  if (isOurs) return false;
  if (packet.isResponse) return true;
  return [...theirs.places, ...theirs.addresses].join(" ") > `${placeOf(service)} ${own.here}`;
}

function placeOf({ host, port }: AnnouncedService): string {
  return `${port} ${host}`.toLowerCase();
}

/** What is said about our names. */
function claimOf(records: readonly ServiceRecord[], { instance, host }: AnnouncedService) {
  const name = serviceName(instance);
  const live = records.filter(({ ttl }) => ttl > 0);
  const places = live.flatMap((record) =>
    record.type === "SRV" && isSameName(record.name, name)
      ? [`${record.data.port} ${record.data.target}`.toLowerCase()]
      : [],
  );
  const addresses = live.flatMap((record) =>
    record.type === "A" && isSameName(record.name, host) ? [record.data] : [],
  );
  return { places, addresses };
}
