import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { clientKey, maySeeDevice, StrangerLog, type AuthEffect } from "@openclaw/auth";
import { CLOSE, pairingRequest, shutdownPayload, type EventName, type Events } from "@openclaw/protocol";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";
import { Broadcaster } from "./broadcast.ts";
import { nodeOffer, selfDescription, type ConnectionView, type Disconnect } from "./connection-view.ts";
import { Connection } from "./connection.ts";
import { Dispatcher } from "./dispatch.ts";
import { Handshake, type Admission, type HandshakePorts } from "./handshake.ts";
import { assembleHello } from "./hello.ts";
import { DEFAULT_LIMITS, type RpcLimits } from "./limits.ts";
import type {
  BroadcastOptions,
  BroadcastPayload,
  RpcPhase,
  RpcServer,
  RpcServerOptions,
  Shutdown,
} from "./options.ts";
import { PreAuthBudget } from "./pre-auth-budget.ts";
import { RefusalPace } from "./refusal-pace.ts";
import { Session } from "./session.ts";
import { Standings } from "./standings.ts";
import { startPings, startTick } from "./tick.ts";
import { judgeUpgrade, OVER_BUDGET, refuseUpgrade, STOPPING, type UpgradeVerdict } from "./upgrade.ts";

/**
 * Creates the WebSocket half of the gateway's port. It does not listen: hand it the `upgrade` events of an HTTP
 * server. It starts in phase `starting`, where every connect is asked to come back.
 *
 * @throws {TypeError} for a method handler without contract.
 */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  return new SocketServer(options);
}

class SocketServer implements RpcServer {
  readonly #options: RpcServerOptions;
  readonly #limits: RpcLimits;
  readonly #now: () => number;
  readonly #wss: WebSocketServer;
  readonly #dispatcher: Dispatcher;
  readonly #broadcaster: Broadcaster;
  readonly #budget: PreAuthBudget;
  readonly #strangers: StrangerLog;
  readonly #ports: Omit<HandshakePorts, "admit" | "facts" | "logger">;
  /** Every open socket, admitted or not. */
  readonly #sockets = new Set<Connection>();
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Map<string, ConnectionView>();
  readonly #standings: Standings;
  readonly #stopTimers: readonly (() => void)[];
  #phase: RpcPhase = "starting";
  #closing: Promise<void> | undefined;

  constructor(options: RpcServerOptions) {
    const { logger, authenticator, traffic } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const now = options.now ?? Date.now;
    this.#options = options;
    this.#limits = limits;
    this.#now = now;
    this.#wss = new WebSocketServer(socketOptions(limits));
    this.#dispatcher = new Dispatcher(options.methods, options);
    this.#broadcaster = new Broadcaster({ sessions: this.#sessions, logger, traffic, ...limits });
    this.#budget = new PreAuthBudget(limits);
    this.#strangers = new StrangerLog(logger, now);
    this.#standings = new Standings(logger);
    this.#ports = {
      authenticator,
      limits,
      pace: new RefusalPace(now),
      now,
      phase: () => this.#phase,
      announce: (effects) => this.announce(effects),
    };
    this.#stopTimers = [
      startTick(limits.tickIntervalMs, () => this.broadcast("tick", { ts: now() })),
      startPings(limits.pingIntervalMs, () =>
        [...this.#sockets].filter(({ connId }) => this.#sessions.has(connId)),
      ),
      this.#standings.start(limits.recheckIntervalMs),
    ];
  }

  get connections(): ReadonlyMap<string, ConnectionView> {
    return this.#connections;
  }

  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node hands the socket over without any listener: an "error" nobody hears would end the process.
    socket.on("error", () => socket.destroy());
    try {
      this.#upgrade(req, socket, head);
    } catch (error) {
      this.#strangers.of(addressOf(req)).error("upgrade failed", { error });
      socket.destroy();
    }
  }

  broadcast<E extends EventName>(event: E, payload: BroadcastPayload<E>, options?: BroadcastOptions): void {
    this.#broadcaster.broadcast(event, payload, options);
  }

  announce(effects: readonly AuthEffect[]): void {
    for (const effect of effects) {
      const { deviceId } = effect.payload;
      const only = ({ grant }: ConnectionView) => maySeeDevice(grant, deviceId);
      switch (effect.type) {
        case "device.pair.requested":
          this.broadcast(effect.type, (dialect) => pairingRequest(dialect, effect.payload), { only });
          break;
        case "device.pair.resolved":
          this.broadcast(effect.type, effect.payload, { only });
          break;
        default:
          effect satisfies never;
      }
    }
  }

  sendTo<E extends EventName>(connId: string, event: E, payload: Events[E]): boolean {
    return this.#broadcaster.sendTo(connId, event, payload);
  }

  recheck(): void {
    this.#standings.recheckSoon();
  }

  setPhase(phase: RpcPhase): void {
    this.#phase = phase;
  }

  closeConnection(connId: string, code: number, reason: string): void {
    this.#sessions.get(connId)?.close({ code, reason });
  }

  close(shutdown: Shutdown): Promise<void> {
    this.#closing ??= this.#shutDown(shutdown);
    return this.#closing;
  }

  #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const verdict = this.#closing ? STOPPING : judgeUpgrade(req, this.#options.policy());
    if (!verdict.ok) return this.#turnAway(req, socket, verdict);
    let handshake: Handshake | undefined;
    const giveBack = this.#budget.take(clientKey(verdict.peer.clientIp), {
      isParked: () => handshake?.isParked ?? true,
      vacate: () => socket.destroy(),
    });
    if (!giveBack) return this.#turnAway(req, socket, OVER_BUDGET);
    socket.once("close", giveBack);
    const admitted = () => {
      socket.off("close", giveBack);
      giveBack();
      handshake = undefined;
    };
    this.#wss.handleUpgrade(req, socket, head, (webSocket) => {
      handshake = this.#open(webSocket, { ...verdict, transport: socket }, admitted);
    });
  }

  #turnAway(req: IncomingMessage, socket: Duplex, refusal: Extract<UpgradeVerdict, { ok: false }>): void {
    const { status, type } = refusal;
    const remoteAddress = addressOf(req);
    this.#strangers.of(remoteAddress).warn("upgrade refused", { status, type, remoteAddress });
    refuseUpgrade(socket, refusal);
  }

  #open(
    webSocket: WebSocket,
    { transport, facts, peer }: Extract<UpgradeVerdict, { ok: true }> & { readonly transport: Duplex },
    admitted: () => void,
  ): Handshake {
    const logger = this.#strangers.of(peer.clientIp);
    const connection = new Connection(webSocket, { transport, peer, limits: this.#limits, logger });
    let session: Session | undefined;
    const handshake = new Handshake(connection, {
      ...this.#ports,
      facts,
      logger,
      admit: (admission) => {
        admitted();
        stranger = undefined;
        session = this.#sessionFor(connection, admission);
        this.#admit(session, connection, admission);
      },
    });
    // Who was admitted needs no handshake any more, nor the headers it knows.
    let stranger: Handshake | undefined = handshake;
    this.#sockets.add(connection);
    connection.listen({
      message: (text) => (session ? this.#dispatcher.dispatch(session, text) : stranger?.receive(text)),
      closed: (end) => {
        stranger?.end();
        this.#sockets.delete(connection);
        if (session) this.#leave(session, end);
      },
    });
    return handshake;
  }

  #sessionFor(connection: Connection, { params, dialect, grant }: Admission): Session {
    // The device token is for the hello alone; a view lives as long as its connection and gets around.
    const { issued: _, ...held } = grant;
    const { connId, peer } = connection;
    const view = {
      connId,
      dialect,
      grant: held,
      ...selfDescription(params),
      ...(held.role === "node" && { offer: nodeOffer(params) }),
      peer,
      connectedAt: this.#now(),
    };
    return new Session(view, connection, this.#limits);
  }

  /** Everything up to the hello may fail the connect; nothing after it may. */
  #admit(session: Session, connection: Connection, admission: Admission): void {
    const { requestId, grant, standing, queued } = admission;
    const { view } = session;
    const { onConnect, onReady, hello, events } = this.#options;
    onConnect?.(view);
    const methods = this.#dispatcher.methodNames(view.dialect);
    const payload = assembleHello(hello(view), { view, grant, methods, events, limits: this.#limits });
    session.answer({ id: requestId, ok: true, payload });
    connection.trust(this.#limits, this.#options.logger);
    this.#sessions.set(view.connId, session);
    this.#connections.set(view.connId, view);
    this.#standings.add(session, standing);
    this.#options.traffic?.admitted?.(view, {
      methods: methods.length,
      events: events.length,
      presence: payload.snapshot.presence.length,
      stateVersion: payload.snapshot.stateVersion,
    });
    this.#guard("onReady", () => onReady?.(view));
    for (const text of queued) this.#guard("queued frame", () => this.#dispatcher.dispatch(session, text));
  }

  #leave(session: Session, end: Disconnect): void {
    const { view } = session;
    this.#sessions.delete(view.connId);
    this.#connections.delete(view.connId);
    this.#standings.delete(session);
    session.end();
    this.#options.traffic?.gone?.(view, end);
    this.#guard("onDisconnect", () => this.#options.onDisconnect?.(view, end));
  }

  /** A listener that throws is logged and harms nobody else (T-DOS-15). */
  #guard(name: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.logger?.error("listener failed", { name, error });
    }
  }

  async #shutDown(shutdown: Shutdown): Promise<void> {
    for (const stop of this.#stopTimers) stop();
    this.broadcast("shutdown", (dialect) => shutdownPayload(dialect, shutdown));
    const open = [...this.#sockets];
    for (const connection of open) {
      if (this.#sessions.has(connection.connId)) connection.close(CLOSE.serviceRestart);
      else connection.terminate();
    }
    await Promise.all(open.map((connection) => connection.gone));
    this.#wss.close();
  }
}

function addressOf(req: IncomingMessage): string {
  return req.socket.remoteAddress ?? "";
}

/** `closeTimeout` (the grace) is newer than the types of `ws`. */
function socketOptions(limits: RpcLimits): ServerOptions & { readonly closeTimeout: number } {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: () => false,
    // One frame per turn of the event loop, until hello: nobody waits behind a stranger's whole burst (T-DOS-10).
    allowSynchronousEvents: false,
    maxPayload: limits.preAuthPayloadBytes,
    closeTimeout: limits.closeGraceMs,
  };
}
