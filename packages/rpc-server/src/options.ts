import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AuthEffect, Authenticator, AuthPolicy } from "@openclaw/auth";
import type { Dialect, EventName, Events, RpcError, StateVersion } from "@openclaw/protocol";
import type { ConnectionView, Disconnect } from "./connection-view.ts";
import type { HelloParts } from "./hello.ts";
import type { RpcLimits } from "./limits.ts";
import type { Caller, MethodHandlers } from "./methods.ts";
import type { TrafficListener } from "./traffic.ts";

/** Where the server writes what operators should see. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** `starting` and `draining` refuse new connects with a hint to come back; live connections go on. */
export type RpcPhase = "starting" | "ready" | "draining";

/** What the gateway gives the socket server: judgement, handlers, facts. */
export interface RpcServerOptions {
  readonly authenticator: Authenticator;
  /** Read anew for every upgrade. */
  readonly policy: () => AuthPolicy;
  readonly methods: MethodHandlers;
  /**
   * Counts a call of a budgeted method, whatever becomes of it; returns the refusal when its caller has none left.
   * Needed as soon as one of `methods` is budgeted.
   */
  readonly charge?: (method: string, caller: Caller) => RpcError | undefined;
  /** A call was refused, here or by its handler, because its caller lacks a scope. The method is one that exists, or `(unknown)`. */
  readonly onDenied?: (denial: Denial) => void;
  /** Names this gateway can emit, for `hello-ok.features.events`. */
  readonly events: readonly EventName[];
  /** Called once per connect, after {@link RpcServerOptions.onConnect}. */
  readonly hello: (connection: ConnectionView) => HelloParts;
  /** A client was admitted; its hello-ok is built right after. The place to note its presence. */
  readonly onConnect?: (connection: ConnectionView) => void;
  /** Its hello-ok is on the way. The place for events meant for this connection only. */
  readonly onReady?: (connection: ConnectionView) => void;
  /** It is gone; called once for every `onConnect`. */
  readonly onDisconnect?: (connection: ConnectionView, end: Disconnect) => void;
  readonly limits?: Partial<RpcLimits>;
  readonly logger?: Logger;
  /** @default nobody listens */
  readonly traffic?: TrafficListener;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
}

/** A call for which somebody lacks a scope. */
export interface Denial {
  readonly caller: Caller;
  readonly method: string;
  readonly missing: string;
}

/** What a broadcast says besides its payload. */
export interface BroadcastOptions {
  readonly stateVersion?: StateVersion;
  /** Further narrows the receivers; the scope of the event is checked in any case. */
  readonly only?: (connection: ConnectionView) => boolean;
}

/** The payload for every receiver, or a function that makes it per dialect; `undefined` skips that dialect. */
export type BroadcastPayload<E extends EventName> = Events[E] | ((dialect: Dialect) => Events[E] | undefined);

/** Why the sockets are closed for good; the `shutdown` event carries it. */
export interface Shutdown {
  readonly reason: "gateway stopping" | "gateway restarting";
  /** When clients may come back; a restart only. */
  readonly restartExpectedMs?: number;
}

/** The WebSocket half of the gateway's port. */
export interface RpcServer {
  /** Listener for the `upgrade` event of the one HTTP server. Never throws. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends an event to every connection that may see it, numbered per connection. Never throws. */
  broadcast<E extends EventName>(event: E, payload: BroadcastPayload<E>, options?: BroadcastOptions): void;
  /** Sends an event to one connection, without a number. Returns whether it was queued. */
  sendTo<E extends EventName>(connId: string, event: E, payload: Events[E]): boolean;
  /** Tells those who look after devices what happened to one: admins everything, a device what concerns itself. */
  announce(effects: readonly AuthEffect[]): void;
  /**
   * A device or the policy has changed: asks every connection whether what admitted it still holds, right after the
   * answers that are under way, and closes those it does not. Happens by itself every `recheckIntervalMs`, too.
   */
  recheck(): void;
  /** Admitted connections by connId. */
  readonly connections: ReadonlyMap<string, ConnectionView>;
  /** Counts for the next connect; a new server is `starting`. */
  setPhase(phase: RpcPhase): void;
  /** Closes one connection; the reason is cut to 120 bytes. Does nothing when it is gone. */
  closeConnection(connId: string, code: number, reason: string): void;
  /**
   * Says goodbye to everybody: `shutdown` event, close 1012 `service restart`, the rest after the grace.
   * Idempotent; resolves when every socket is gone.
   */
  close(shutdown: Shutdown): Promise<void>;
}
