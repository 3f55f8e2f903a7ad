import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { declineUpgrade, isWebSocketUpgrade } from "./decline-upgrade.ts";
import { GatewayError } from "./errors.ts";

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Where a gateway hears requests and upgrades: its own sockets, or a server that its host owns. */
export interface Listener {
  /** The port in use; with a host's server the port that server has now, 0 when it is not listening. */
  readonly port: number;
  /** Addresses in use, e.g. `127.0.0.1`, `::1`. */
  readonly hosts: readonly string[];
  /** Stops hearing. Own sockets are closed; a host's server goes on without us. */
  close(): Promise<void>;
}

export interface Handlers {
  readonly request: RequestListener;
  readonly upgrade: UpgradeListener;
}

/** How to listen. */
export interface ListenOptions {
  /** Told of a host that cannot be bound, unless it is the first one. */
  onSkipped(host: string, reason: string): void;
  /** Told when a listening socket could not take a connection; it goes on listening. */
  onError(error: Error): void;
  /** Time a sender has for the head of a request, in ms. @default 10_000 */
  readonly headersTimeoutMs?: number;
}

// Slow or oversized heads cost the sender its connection, not us memory.
const HTTP_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  maxHeaderSize: 16_384,
  keepAliveTimeout: 5_000,
  // How often the first two are looked at. Node's own 30 s would let a slow head live three times as long.
  connectionsCheckingInterval: 1_000,
};

/**
 * Listens on every host with one port. The first host must be bindable; a further one (such as `::1` on a machine
 * without IPv6) is only reported.
 *
 * @throws {GatewayError} PORT_BUSY or BIND_FAILED, naming the address
 */
export async function listen(
  address: { readonly hosts: readonly string[]; readonly port: number },
  handlers: Handlers,
  options: ListenOptions,
): Promise<Listener> {
  const [first, ...others] = address.hosts;
  if (first === undefined) throw new GatewayError("BIND_FAILED", "no address to listen on");
  const main = await bind({ host: first, port: address.port }, handlers, options);
  const servers = [main];
  const hosts = [first];
  const port = portOf(main);
  for (const host of others) {
    try {
      servers.push(await bind({ host, port }, handlers, options));
      hosts.push(host);
    } catch (error) {
      options.onSkipped(host, error instanceof Error ? error.message : String(error));
    }
  }
  return { port, hosts, close: async () => void (await Promise.all(servers.map(closeServer))) };
}

/** What of a host's upgrades is ours. */
export interface AttachOptions {
  /** Path of our WebSockets. */
  readonly path: string;
  readonly upgrade: UpgradeListener;
}

/**
 * Hears the upgrades of a server that its host owns and closes. Requests reach us through `handleRequest`. Upgrades
 * elsewhere are the host's: left to its other listeners, or, when it has none, a request like any other.
 */
export function attach(server: Server, { path, upgrade }: AttachOptions): Listener {
  const onUpgrade: UpgradeListener = (request, socket, head) => {
    if (isWebSocketUpgrade(request) && pathOf(request) === path) return upgrade(request, socket, head);
    // Node keeps it from the request handlers only because somebody hears upgrades, and that is us alone.
    if (server.listenerCount("upgrade") === 1) declineUpgrade(server, { request, socket, head });
  };
  server.on("upgrade", onUpgrade);
  return {
    get port() {
      return server.listening ? portOf(server) : 0;
    },
    get hosts() {
      const address = server.address();
      return address !== null && typeof address === "object" ? [address.address] : [];
    },
    close: async () => void server.off("upgrade", onUpgrade),
  };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? url;
}

function bind(
  { host, port }: { readonly host: string; readonly port: number },
  handlers: Handlers,
  { onError, headersTimeoutMs = HTTP_LIMITS.headersTimeout }: ListenOptions,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ ...HTTP_LIMITS, headersTimeout: headersTimeoutMs }, handlers.request);
    server.on("upgrade", (request, socket, head) => {
      if (isWebSocketUpgrade(request)) handlers.upgrade(request, socket, head);
      else declineUpgrade(server, { request, socket, head });
    });
    const onRefused = (error: Error) => reject(bindError(host, port, error));
    server.once("error", onRefused);
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => {
      server.off("error", onRefused);
      // Without a listener a connection that cannot be taken would end the process (T-DOS-15).
      server.on("error", onError);
      resolve(server);
    });
  });
}

function bindError(host: string, port: number, cause: Error): GatewayError {
  const url = `ws://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const code = "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") {
    return new GatewayError("PORT_BUSY", `another gateway instance is already listening on ${url}`, {
      cause,
      details: { host, port },
    });
  }
  return new GatewayError("BIND_FAILED", `failed to bind gateway socket on ${url}: ${cause.message}`, {
    cause,
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? (address as AddressInfo).port : 0;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
