import { arch, hostname, networkInterfaces, platform, release } from "node:os";
import { GATEWAY_VERSION } from "../version.ts";
import type { PresenceChange } from "./presence.ts";

const FAMILIES: Readonly<Record<string, string>> = { linux: "Linux", darwin: "Mac", win32: "Windows" };

/** The gateway's own presence entry. What the host is does not change while we run, so it is asked once. */
export function selfPresence(): PresenceChange {
  const host = hostname();
  const ip = primaryAddress();
  const family = FAMILIES[platform()];
  return {
    host,
    ip,
    version: GATEWAY_VERSION,
    platform: `${platform()} ${release()}`,
    ...(family !== undefined && { deviceFamily: family }),
    modelIdentifier: arch(),
    mode: "gateway",
    reason: "self",
    text: `Gateway: ${host} (${ip}) · app ${GATEWAY_VERSION} · mode gateway · reason self`,
  };
}

function primaryAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}
