import type { Beacon } from "@openclaw/discovery";

import type { Discovery } from "./find-gateways.ts";

/** The text of `gateway discover`. */
export function discoverLines({ count, beacons }: Discovery, domains: readonly string[]): string[] {
  return [
    "Gateway Discovery",
    `Found ${count} gateway(s) · domains: ${domains.join(", ")}`,
    ...beacons.flatMap(beaconLines),
  ];
}

function beaconLines(beacon: Beacon): string[] {
  const { displayName, instanceName, domain, tailnetDns, lanHost, host, wsUrl, role, transport } = beacon;
  const facts: readonly (readonly [string, string | number | null])[] = [
    ["tailnet", tailnetDns],
    ["lan", lanHost],
    ["host", host],
    ["ws", wsUrl],
    ["role", role],
    ["transport", transport],
    ["tls", beacon.tls ? "yes" : null],
    ["ssh", beacon.sshPort],
  ];
  return [
    `- ${displayName ?? instanceName} ${domain}`,
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name}: ${value}`])),
  ];
}
