import { assemble, type Assembly } from "./assemble.ts";
import { GatewayError } from "./errors.ts";
import { attach, listen, listenAfter, type Listener, type UpgradeListener } from "./listener.ts";
import { load, type Loaded } from "./load.ts";
import { newInstanceId } from "./claims/lock.ts";
import { createMemory, type GatewayMemory } from "./memory.ts";
import type { CloseOptions, Gateway, GatewayAddress, GatewayOptions, Logger } from "./options.ts";
import { runAll } from "./run-all.ts";
import { safeLoggers } from "./safe-logger.ts";
import type { Phase } from "./wire-http.ts";

/**
 * Makes a gateway; nothing happens before `start()`. Any number of them can live in one process: no global state,
 * no signal handlers, no access to the environment.
 *
 * @example
 * const gateway = createGateway({ config: { gateway: { port: 18789, auth: { token: "…" } } } });
 * const { url } = await gateway.start();
 *
 * Docs: embedding.md
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new RunningGateway(options);
}

class RunningGateway implements Gateway {
  readonly instanceId = newInstanceId();
  readonly memory: GatewayMemory;
  readonly #options: GatewayOptions;
  readonly #logger: Logger;
  #phase: Phase | "new" = "new";
  #assembly: Assembly | undefined;
  #listener: Listener | undefined;
  #opening: Promise<GatewayAddress> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    const loggers = safeLoggers(options);
    this.#options = { ...options, ...loggers };
    this.memory = options.memory ?? createMemory();
    this.#logger = loggers.logger;
  }

  get address(): GatewayAddress | undefined {
    return this.#listener && this.#phase !== "closed" ? addressOf(this.#listener) : undefined;
  }

  async start(): Promise<GatewayAddress> {
    if (this.#phase !== "new") throw new GatewayError("LIFECYCLE", "a gateway starts once; create a new one");
    this.#phase = "starting";
    this.#opening = this.#open();
    try {
      const address = await this.#opening;
      if (this.#closing !== undefined)
        throw new GatewayError("LIFECYCLE", "the gateway was closed while it started");
      this.#phase = "ready";
      return address;
    } catch (error) {
      await this.close().catch((failure: unknown) =>
        this.#logger.error("closing after a failed start failed", { error: failure }),
      );
      throw error;
    }
  }

  handleRequest: Gateway["handleRequest"] = (request, response) => {
    // A closed gateway leaves its paths to the host again.
    if (this.#assembly === undefined || this.#phase === "closed") return false;
    return this.#assembly.http.handle(request, response);
  };

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: CloseOptions): Promise<void> {
    this.#phase = "draining";
    // What is half open can only be closed when it is known what it is.
    await this.#opening?.catch(() => undefined);
    try {
      await runAll([
        () => this.#assembly?.close(options),
        () => this.#stopListening(options),
        () => this.#assembly?.release(),
      ]);
    } finally {
      this.#phase = "closed";
    }
  }

  async #open(): Promise<GatewayAddress> {
    const loaded = await load(this.#options);
    const assembly = this.#assemble(loaded);
    this.#assembly = assembly;
    // The port decides who may go on; clients that come before the store is open are asked to come back.
    const listener = await this.#listen(loaded, assembly);
    this.#listener = listener;
    await assembly.open();
    return addressOf(listener);
  }

  #assemble(loaded: Loaded): Assembly {
    const { hosts, port } = loaded.settings;
    return assemble({
      options: this.#options,
      loaded,
      address: () => this.#listener ?? { hosts, port },
      instanceId: this.instanceId,
      memory: this.memory,
      phase: () => (this.#phase === "new" ? "starting" : this.#phase),
      logger: this.#logger,
    });
  }

  #listen(loaded: Loaded, { rpc, http }: Assembly): Promise<Listener> | Listener {
    const upgrade: UpgradeListener = (request, socket, head) =>
      rpc.server.handleUpgrade(request, socket, head);
    const { server, webSocketPath = "/" } = this.#options;
    if (server) return attach(server, { path: webSocketPath, upgrade });
    const { hosts, port } = loaded.settings;
    const address = { hosts, port: this.#options.port ?? port };
    const handlers = { request: http.listener, upgrade };
    const hooks = {
      onSkipped: (host: string, reason: string) => this.#logger.debug(`not listening on ${host}: ${reason}`),
      onError: (error: Error) => this.#logger.error("connection not accepted", { error }),
    };
    const { sockets } = this.memory;
    if (sockets === undefined) return listen(address, handlers, hooks);
    this.memory.sockets = undefined;
    return listenAfter(sockets, address, { handlers, options: hooks });
  }

  async #stopListening({ keepsListening = false }: CloseOptions): Promise<void> {
    if (keepsListening) this.memory.sockets = this.#listener?.handOver();
    // Of a start that came not so far.
    else await Promise.all([this.#listener?.close(), this.memory.sockets?.close()]);
  }
}

function addressOf(listener: Listener): GatewayAddress {
  const { port, hosts } = listener;
  const host = hosts[0] ?? "127.0.0.1";
  const authority = `${host === "0.0.0.0" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host}:${port}`;
  return { port, hosts, url: `ws://${authority}`, httpUrl: `http://${authority}` };
}
