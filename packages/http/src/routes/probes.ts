import type { Context, Handler } from "hono";
import type { HttpPorts, Readiness } from "../ports.ts";
import { json, methodNotAllowed, refuse } from "../reply.ts";

/** A probe's answer: what everybody may know, and what only callers on this machine or with credentials see. */
interface Probe {
  readonly status: 200 | 503;
  readonly open: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, unknown>>;
}

const FORWARDING_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host"];
// An address cannot be rebound, and nobody else answers for these names.
const UNREBINDABLE_HOST = /^(?:localhost|[\d.]+|\[[\da-f:.]+\]|[^:]+\.ts\.net)(?::\d+)?$/i;
const FOREIGN_HOST = { status: 403, type: "host_not_allowed", message: "Host not allowed." };

/** Probes of supervisors and load balancers by path. They need no credentials and tell strangers next to nothing. */
export function probes(ports: HttpPorts): ReadonlyMap<string, Handler> {
  const live = handler(ports, () => liveProbe());
  const identified = handler(ports, () => ({ ...liveProbe(), details: { ...ports.identity() } }));
  const ready = handler(ports, () => readyProbe(ports));
  const startup = handler(ports, () => startupProbe(ports));
  return new Map([
    ["/health", live],
    ["/healthz", identified],
    ["/ready", ready],
    ["/readyz", ready],
    ["/startup", startup],
    ["/startupz", startup],
  ]);
}

function handler(ports: HttpPorts, probe: () => Probe): Handler {
  return (context) => {
    if (context.req.method !== "GET" && context.req.method !== "HEAD") return methodNotAllowed("GET, HEAD");
    const audience = audienceOf(ports, context);
    if (audience === "rebound") return refuse(FOREIGN_HOST);
    const { status, open, details } = probe();
    const body = audience === "trusted" ? { ...open, ...details } : open;
    return json(body, { status, headers: { "cache-control": "no-store" } });
  };
}

/**
 * A browser on this machine that was led here by a foreign name (DNS rebinding, T-WEB-03) arrives directly from
 * loopback with that name in `Host`. Through proxies and over the network any name is fine: probes tell nothing.
 */
function audienceOf(ports: HttpPorts, context: Context): "trusted" | "anyone" | "rebound" {
  const facts = ports.facts(context);
  const peer = ports.peer(facts);
  if (peer.isLocal) return "trusted";
  const canProve = facts.headers["authorization"] !== undefined && ports.startup().status !== "starting";
  if (canProve && ports.authenticate(facts).ok) return "trusted";
  const isDirect =
    peer.isLoopbackPeer && !FORWARDING_HEADERS.some((name) => facts.headers[name] !== undefined);
  return isDirect && peer.host !== undefined && !UNREBINDABLE_HOST.test(peer.host) ? "rebound" : "anyone";
}

function liveProbe(): Probe {
  return { status: 200, open: { ok: true, status: "live" }, details: {} };
}

function readyProbe(ports: HttpPorts): Probe {
  const { ready, ...details } = readiness(ports);
  return { status: ready ? 200 : 503, open: { ready }, details };
}

function readiness(ports: HttpPorts): Readiness {
  try {
    return ports.readiness();
  } catch (error) {
    ports.logger?.error("readiness check failed", { error });
    return { ready: false, failing: ["internal"], uptimeMs: ports.startup().uptimeMs };
  }
}

function startupProbe(ports: HttpPorts): Probe {
  const { status, version, uptimeMs, pendingReason } = ports.startup();
  const isStarted = status === "started";
  const reason = pendingReason !== undefined && { pendingReason };
  return {
    status: isStarted ? 200 : 503,
    open: { ok: isStarted, status },
    details: { version, uptimeMs, ...reason },
  };
}
