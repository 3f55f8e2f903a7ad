import { selfText } from "../status/gateway-self.ts";
import type { ProbedTarget } from "./probe-target.ts";
import type { ProbeReport } from "./report.ts";

/** The text of `gateway probe`. */
export function probeLines({ ok, timeoutMs, warnings, discovery, targets }: ProbeReport): string[] {
  return [
    "Gateway Status",
    `Reachable: ${ok ? "yes" : "no"}`,
    `Probe budget: ${timeoutMs}ms`,
    ...(warnings.length > 0 ? ["", "Warning:", ...warnings.map(({ message }) => `- ${message}`)] : []),
    "",
    "Discovery (this machine)",
    ...discoveryLines(discovery),
    "",
    "Targets",
    ...targets.flatMap(targetLines),
  ];
}

function discoveryLines({ count, problem }: ProbeReport["discovery"]): string[] {
  return [
    `Found ${count} gateway${count === 1 ? "" : "s"} via Bonjour (local.)`,
    ...(problem === null ? [] : [`Not every network was asked: ${problem}`]),
    "Tip: mDNS does not leave the local network; name a gateway elsewhere with --url or gateway.remote.url.",
  ];
}

function targetLines(target: ProbedTarget): string[] {
  const { url, self, config } = target;
  const wideArea = config?.discovery.wideAreaEnabled ?? null;
  return [
    `${label(target)} ${url}`,
    `  Connect: ${connectText(target)}`,
    ...(target.connect.hint === null ? [] : [`  Next: ${target.connect.hint}`]),
    ...(self ? [`  Gateway: ${selfText(self)}`] : []),
    ...(self
      ? [`  Wide-area discovery: ${wideArea === null ? "unknown" : wideArea ? "enabled" : "disabled"}`]
      : []),
    "",
  ];
}

function label({ kind, active }: ProbedTarget): string {
  switch (kind) {
    case "explicit":
      return "URL (explicit)";
    case "configRemote":
      return active ? "Remote (configured)" : "Remote (configured, inactive)";
    case "localLoopback":
      return "Local loopback";
  }
}

function connectText({ connect, rpc }: ProbedTarget): string {
  if (!connect.ok) return `failed - ${connect.error}`;
  return `ok (${connect.latencyMs}ms) · RPC: ${rpc?.ok ? "ok" : `failed - ${rpc?.error}`}`;
}
