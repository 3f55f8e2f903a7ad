import type { ConnectParams } from "@openclaw/protocol";
import { isLoopback, parseAddress } from "../peer/address.ts";
import type { Peer } from "../peer/facts.ts";
import type { PairedDevice } from "./store.ts";

/** What a device says about itself: shown to the owner, never an input of a decision. */
export type ClientDetails = Pick<
  PairedDevice,
  "displayName" | "platform" | "deviceFamily" | "clientId" | "clientMode" | "remoteIp"
>;

/** Longest text kept; the rest of an over-long name helps nobody (T-DOS-16). */
const MAX_CHARS = 256;

/** The details of a connect; the address only when it leads somewhere else. */
export function clientDetails(client: ConnectParams["client"], peer: Peer): ClientDetails {
  const address = parseAddress(peer.clientIp);
  return {
    ...(client.displayName !== undefined && { displayName: clip(client.displayName) }),
    platform: clip(client.platform),
    ...(client.deviceFamily !== undefined && { deviceFamily: clip(client.deviceFamily) }),
    clientId: client.id,
    clientMode: client.mode,
    ...(address !== undefined && !isLoopback(address) && { remoteIp: peer.clientIp }),
  };
}

/** Whether a connect says something new; details it does not send are left alone. */
export function hasNewDetails(stored: ClientDetails, sent: ClientDetails): boolean {
  const known = new Map<string, unknown>(Object.entries(stored));
  return Object.entries(sent).some(([name, value]) => known.get(name) !== value);
}

/** Whether the device says that it is another machine now: worth a line for the owner, not a new approval. */
export function isOtherMachine(stored: ClientDetails, sent: ClientDetails): boolean {
  const isNew = (before: string | undefined, after: string | undefined) =>
    after !== undefined && after !== before;
  return isNew(stored.platform, sent.platform) || isNew(stored.deviceFamily, sent.deviceFamily);
}

function clip(text: string): string {
  return text.slice(0, MAX_CHARS);
}
