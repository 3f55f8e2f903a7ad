import type { Beacon } from "@openclaw/discovery";
import { expect, test } from "vitest";

import { discoverLines } from "./lines.ts";

const MINIMAL: Beacon = {
  instanceName: "OpenClaw 3fa9c2",
  displayName: null,
  domain: "local.",
  host: "openclaw-3fa9c2.local",
  port: 18_789,
  addresses: ["192.168.7.20"],
  wsUrl: "ws://192.168.7.20:18789",
  tls: false,
  role: "gateway",
  transport: "gateway",
  lanHost: null,
  tailnetDns: null,
  sshPort: null,
  cliPath: null,
};

test("shows what each beacon tells, and nothing that it does not", () => {
  const full = {
    ...MINIMAL,
    displayName: "studio",
    tailnetDns: "studio.tailnet.example",
    lanHost: "studio.local",
    wsUrl: "wss://192.168.7.20:18789",
    tls: true,
    sshPort: 22,
  };
  const found = { timeoutMs: 2_000, count: 2, beacons: [MINIMAL, full], problem: null };
  expect(discoverLines(found, ["local."])).toEqual([
    "Gateway Discovery",
    "Found 2 gateway(s) · domains: local.",
    "- OpenClaw 3fa9c2 local.",
    "  host: openclaw-3fa9c2.local",
    "  ws: ws://192.168.7.20:18789",
    "  role: gateway",
    "  transport: gateway",
    "- studio local.",
    "  tailnet: studio.tailnet.example",
    "  lan: studio.local",
    "  host: openclaw-3fa9c2.local",
    "  ws: wss://192.168.7.20:18789",
    "  role: gateway",
    "  transport: gateway",
    "  tls: yes",
    "  ssh: 22",
  ]);
});
