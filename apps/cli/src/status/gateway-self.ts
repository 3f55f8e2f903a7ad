import type { HelloOk } from "@openclaw/client";

/** What a gateway says of itself. */
export interface GatewaySelf {
  readonly host: string | null;
  readonly ip: string | null;
  readonly version: string | null;
  readonly platform: string | null;
}

/** Reads it from the greeting: the gateway is the one entry of its own presence list that says so. */
export function gatewaySelf({ snapshot, server }: HelloOk): GatewaySelf {
  const entry = snapshot.presence.find(({ reason }) => reason === "self");
  const { host = null, ip = null, platform = null } = entry ?? {};
  return { host, ip, version: entry?.version ?? server.version, platform };
}

/** e.g. `box (192.0.2.10) · linux 6.1.0 · app 2026.11.0`. */
export function selfText({ host, ip, version, platform }: GatewaySelf): string {
  const where = [host ?? "unknown host", ...(ip === null ? [] : [`(${ip})`])].join(" ");
  return [where, ...(platform === null ? [] : [platform]), `app ${version ?? "unknown"}`].join(" · ");
}
