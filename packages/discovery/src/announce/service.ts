import { LOCAL_DOMAIN, SERVICE_TYPE, serviceName } from "../packets/service-type.ts";
import type { OwnRecord } from "../packets/write-packet.ts";

/** What is told: `minimal` names nothing of the machine, `full` names the machine and where the command lies. */
export type AnnounceMode = "minimal" | "full";

/** A gateway as its neighbours shall know it. */
export interface AnnouncedGateway {
  readonly mode: AnnounceMode;
  readonly port: number;
  /** Lower-case letters and digits that tell it from others and tell nothing else. */
  readonly id: string;
  /** Name of the machine; used by `full` alone. */
  readonly machineName: string;
  /** Where the command lies on this machine; used by `full` alone. */
  readonly cliPath?: string;
}

/** The names and texts of an announcement. */
export interface AnnouncedService {
  /** e.g. `OpenClaw 3fa9c2` */
  readonly instance: string;
  /** e.g. `openclaw-3fa9c2.local` */
  readonly host: string;
  readonly port: number;
  /** `key=value`, in the order they are sent. */
  readonly text: readonly string[];
}

/** Longest label of a name, in bytes. */
const MAX_LABEL_BYTES = 63;
/** Room for ` (OpenClaw) (99)`. */
const MAX_MACHINE_BYTES = MAX_LABEL_BYTES - 16;
/** Longest string of a TXT record, in bytes. */
const MAX_TEXT_BYTES = 255;
/** How long neighbours remember what they heard, in seconds: short, so that a gateway that crashed is soon forgotten. */
const TTL_SECONDS = 120;

/**
 * Names a gateway. Anybody on the network can read it, so what is not needed to connect is left out unless the operator
 * asked for it (T-LOG-07).
 *
 * @param attempt 1, and one more for each name that somebody else had already
 */
export function describeService(gateway: AnnouncedGateway, attempt: number): AnnouncedService {
  const { mode, port, id, cliPath } = gateway;
  const machine = cut(gateway.machineName.split(".")[0] ?? "", MAX_MACHINE_BYTES);
  const isNamed = mode === "full" && machine !== "";
  const name = isNamed ? `${machine} (OpenClaw)` : `OpenClaw ${id}`;
  const host = `openclaw-${id}${attempt === 1 ? "" : `-${attempt}`}.${LOCAL_DOMAIN.slice(0, -1)}`;
  const text = [
    "role=gateway",
    "transport=gateway",
    `gatewayPort=${port}`,
    ...(isNamed ? [`displayName=${machine}`] : []),
    ...(mode === "full" ? [`lanHost=${host}`] : []),
    ...(mode === "full" && cliPath !== undefined ? [`cliPath=${cliPath}`] : []),
  ];
  return {
    instance: attempt === 1 ? name : `${name} (${attempt})`,
    host,
    port,
    text: text.filter((pair) => Buffer.byteLength(pair) <= MAX_TEXT_BYTES),
  };
}

/** The records of a service on a link where we have this address. @param ttl in seconds; 0 takes them back */
export function recordsOf(service: AnnouncedService, address: string, ttl = TTL_SECONDS): OwnRecord[] {
  const name = serviceName(service.instance);
  const { host: target, port } = service;
  return [
    { type: "PTR", name: SERVICE_TYPE, ttl, data: name },
    { type: "SRV", name, ttl, flush: true, data: { priority: 0, weight: 0, port, target } },
    { type: "TXT", name, ttl, flush: true, data: [...service.text] },
    { type: "A", name: target, ttl, flush: true, data: address },
  ];
}

/** Cuts to a number of UTF-8 bytes, never through a character. */
function cut(text: string, maxBytes: number): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > maxBytes) end -= 1;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, "");
}
