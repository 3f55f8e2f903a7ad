import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { BETWEEN_GATEWAYS } from "./between-gateways.ts";
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
  /** Stops hearing and ends what was accepted, but lets own sockets listen on for the next gateway. */
  handOver(): ListeningSockets | undefined;
}

/** Where somebody wants to listen. */
export interface WantedAddress {
  readonly hosts: readonly string[];
  /** 0 for any. */
  readonly port: number;
}

/** Sockets that listen between two gateways of a process: nobody who comes meanwhile is refused. */
export interface ListeningSockets {
  readonly wanted: WantedAddress;
  adopt(handlers: Handlers, options: ListenOptions): Listener;
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
  wanted: WantedAddress,
  handlers: Handlers,
  options: ListenOptions,
): Promise<Listener> {
  const [first, ...others] = wanted.hosts;
  if (first === undefined) throw new GatewayError("BIND_FAILED", "no address to listen on");
  const hearing: Hearing = { handlers, options };
  const main = await bind({ host: first, port: wanted.port }, hearing);
  const servers = [main];
  const hosts = [first];
  const port = portOf(main);
  for (const host of others) {
    try {
      servers.push(await bind({ host, port }, hearing));
      hosts.push(host);
    } catch (error) {
      options.onSkipped(host, error instanceof Error ? error.message : String(error));
    }
  }
  const close = async () => void (await Promise.all(servers.map(closeServer)));
  const listener: Listener = {
    port,
    hosts,
    close,
    handOver: () => {
      hearing.handlers = BETWEEN_GATEWAYS;
      for (const server of servers) server.closeAllConnections();
      const adopt: ListeningSockets["adopt"] = (next, nextOptions) => {
        hearing.handlers = next;
        hearing.options = nextOptions;
        return listener;
      };
      return { wanted, adopt, close };
    },
  };
  return listener;
}

/** Who hears what own sockets accept now. */
interface Hearing {
  handlers: Handlers;
  options: ListenOptions;
}

/**
 * Listens in the place of a gateway that closed. At the same address its sockets listen on; at another port they do until
 * the new ones listen.
 *
 * @throws {GatewayError} as {@link listen}
 */
export async function listenAfter(
  kept: ListeningSockets,
  wanted: WantedAddress,
  { handlers, options }: { readonly handlers: Handlers; readonly options: ListenOptions },
): Promise<Listener> {
  if (isSameAddress(kept.wanted, wanted)) return kept.adopt(handlers, options);
  // Two hosts of one port may be in each other's way.
  if (kept.wanted.port === wanted.port) await kept.close();
  try {
    return await listen(wanted, handlers, options);
  } finally {
    await kept.close();
  }
}

function isSameAddress(one: WantedAddress, other: WantedAddress): boolean {
  return one.port === other.port && one.hosts.join(" ") === other.hosts.join(" ");
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
    // Its host goes on listening anyway, and is the one to say what happens meanwhile.
    handOver: () => void server.off("upgrade", onUpgrade),
  };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? url;
}

function bind(
  { host, port }: { readonly host: string; readonly port: number },
  hearing: Hearing,
): Promise<Server> {
  const { headersTimeoutMs: headersTimeout = HTTP_LIMITS.headersTimeout } = hearing.options;
  return new Promise((resolve, reject) => {
    const server = createServer({ ...HTTP_LIMITS, headersTimeout }, (request, response) =>
      hearing.handlers.request(request, response),
    );
    server.on("upgrade", (request, socket, head) => {
      if (isWebSocketUpgrade(request)) hearing.handlers.upgrade(request, socket, head);
      else declineUpgrade(server, { request, socket, head });
    });
    const onRefused = (error: Error) => reject(bindError(host, port, error));
    server.once("error", onRefused);
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => {
      server.off("error", onRefused);
      // Without a listener a connection that cannot be taken would end the process (T-DOS-15).
      server.on("error", (error) => hearing.options.onError(error));
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
