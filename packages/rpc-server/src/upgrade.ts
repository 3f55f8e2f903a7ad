import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { resolveSocketPeer, type AuthPolicy, type Peer, type PeerFacts } from "@openclaw/auth";

/** An upgrade that may go on, or the HTTP answer it gets instead of a socket. */
export type UpgradeVerdict =
  | { readonly ok: true; readonly facts: PeerFacts; readonly peer: Peer }
  | { readonly ok: false; readonly status: 403 | 404 | 503; readonly type: string; readonly message: string };

/** Too many sockets exist that have not connected. */
export const OVER_BUDGET = {
  ok: false,
  status: 503,
  type: "too_many_connections",
  message: "Too many connections are waiting to connect; try again shortly.",
} as const satisfies UpgradeVerdict;

/** The gateway is about to exit. */
export const STOPPING = {
  ok: false,
  status: 503,
  type: "stopping",
  message: "The gateway is stopping.",
} as const satisfies UpgradeVerdict;

/** Where HTTP lives: a WebSocket there is a mistake of the client, and says so. Docs: protocol.md#transport */
const HTTP_NAMESPACES = ["/v1", "/api", "/hooks", "/tools", "/sessions"];
const PROBE_PATHS = ["/health", "/healthz", "/ready", "/readyz", "/startup", "/startupz"];

/** Looks at an upgrade before a socket exists: its path and where it comes from. Credentials come later. */
export function judgeUpgrade(req: IncomingMessage, policy: AuthPolicy): UpgradeVerdict {
  if (isHttpPath(req.url ?? "/")) return { ok: false, status: 404, type: "not_found", message: "Not Found" };
  const facts = peerFacts(req);
  const peer = resolveSocketPeer(facts, policy);
  if (!peer.proxyUnattributed) return { ok: true, facts, peer };
  return {
    ok: false,
    status: 403,
    type: "proxy_attribution_required",
    message: "Forwarding headers from an unknown proxy: list its address in gateway.trustedProxies.",
  };
}

/** What the authenticator may know about the sender of a request. */
export function peerFacts(req: IncomingMessage): PeerFacts {
  return {
    remoteAddress: req.socket.remoteAddress ?? "",
    headers: req.headersDistinct,
    tls: "encrypted" in req.socket,
  };
}

/** Answers an upgrade with plain HTTP and ends the socket. */
export function refuseUpgrade(socket: Duplex, refusal: Extract<UpgradeVerdict, { ok: false }>): void {
  const body = JSON.stringify({ error: { message: refusal.message, type: refusal.type } });
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer",
    ...(refusal.status === 503 ? ["Retry-After: 1"] : []),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function isHttpPath(url: string): boolean {
  const path = (url.split("?", 1)[0] ?? "/").toLowerCase();
  if (PROBE_PATHS.includes(path)) return true;
  return HTTP_NAMESPACES.some((namespace) => path === namespace || path.startsWith(`${namespace}/`));
}
