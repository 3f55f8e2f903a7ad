import type { OutgoingHttpHeaders } from "node:http";

import type { Rewrite } from "./http-relay.ts";

/** Who asks, and by which name. */
const CLIENT = "203.0.113.7";
export const PUBLIC_HOST = "gateway.example.com";

/** What reaches a program behind a proxy, as recorded behind nginx and Caddy and as the others document it. */
export interface ProxySetup {
  readonly name: string;
  readonly rewrite: Rewrite;
}

/** Hop-by-hop headers are the proxy's own; it passes them on only for an upgrade. */
function common(headers: Parameters<Rewrite>[0]): OutgoingHttpHeaders {
  const origin = headers.origin === undefined ? {} : { origin: `https://${PUBLIC_HOST}` };
  return { ...headers, ...origin };
}

/** nginx 1.22 with the lines that its guides recommend. */
export const NGINX: ProxySetup = {
  name: "nginx",
  rewrite: (headers) => ({
    ...common(headers),
    host: PUBLIC_HOST,
    "x-real-ip": CLIENT,
    "x-forwarded-for": CLIENT,
    "x-forwarded-proto": "https",
  }),
};

/** nginx 1.22 with `proxy_pass` and nothing else. */
export const BARE_NGINX = (port: number): ProxySetup => ({
  name: "nginx with proxy_pass alone",
  rewrite: (headers) => ({ ...common(headers), host: `127.0.0.1:${port}` }),
});

/** nginx 1.22 with `X-Real-IP` alone. */
export const REAL_IP_NGINX: ProxySetup = {
  name: "nginx with X-Real-IP alone",
  rewrite: (headers) => ({ ...common(headers), host: PUBLIC_HOST, "x-real-ip": CLIENT }),
};

/** Caddy 2.6 with `reverse_proxy`. */
export const CADDY: ProxySetup = {
  name: "Caddy",
  rewrite: (headers) => ({
    ...common(headers),
    host: PUBLIC_HOST,
    "x-forwarded-for": CLIENT,
    "x-forwarded-host": PUBLIC_HOST,
    "x-forwarded-proto": "https",
    "accept-encoding": "gzip",
  }),
};

/** Traefik 3: of a WebSocket it says so in the scheme, too. */
export const TRAEFIK: ProxySetup = {
  name: "Traefik",
  rewrite: (headers) => ({
    ...common(headers),
    host: PUBLIC_HOST,
    "x-forwarded-for": CLIENT,
    "x-forwarded-host": PUBLIC_HOST,
    "x-forwarded-port": "443",
    "x-forwarded-proto": headers.upgrade === undefined ? "https" : "wss",
    "x-forwarded-server": "0f3a5b7c9d1e",
    "x-real-ip": CLIENT,
    "accept-encoding": "gzip",
  }),
};

/** cloudflared, the connector of a Cloudflare tunnel on this machine. */
export const CLOUDFLARED: ProxySetup = {
  name: "cloudflared",
  rewrite: (headers) => ({
    ...common(headers),
    host: PUBLIC_HOST,
    "accept-encoding": "gzip, br",
    "cdn-loop": "cloudflare; loops=1",
    "cf-connecting-ip": CLIENT,
    "cf-ipcountry": "XX",
    "cf-ray": "8c0ffee0c0ffee00-FRA",
    "cf-visitor": '{"scheme":"https"}',
    "x-forwarded-for": CLIENT,
    "x-forwarded-proto": "https",
  }),
};
