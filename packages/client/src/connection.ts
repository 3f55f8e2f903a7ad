import type { ConnectChallenge, ConnectParams, HelloOk, RpcError } from "@openclaw/protocol";
import { CLOSE, type EventFrame, type ResponseFrame } from "@openclaw/protocol/wire";

import { decodeFrame, encodeRequest } from "./codec.ts";
import { deferred } from "./deferred.ts";
import { ConnectionError, describeClose } from "./errors.ts";
import { closeError, type Ending } from "./recovery.ts";
import { toRpcError } from "./request-table.ts";
import type { OpenSocket, Socket } from "./socket.ts";
import { TickWatch } from "./tick-watch.ts";
import { schedule } from "./timer.ts";

/** Receiver of one connection's life from hello-ok on. */
export interface ConnectionHost {
  /** Hello-ok has come; called once, before the first event. */
  opened(connection: Connection, hello: HelloOk): void;
  response(frame: ResponseFrame): void;
  event(frame: EventFrame): void;
  /** Whether a request with its own deadline is waiting, see `TickWatch`. */
  hasDeadline(): boolean;
  /** The connection ended after hello-ok; called once. */
  closed(error: ConnectionError): void;
}

/** How to open one connection. */
export interface ConnectionOptions {
  readonly url: string;
  readonly openSocket: OpenSocket;
  /** From now until hello-ok. */
  readonly connectTimeoutMs: number;
  readonly closeGraceMs: number;
  now(): number;
  /** The params of `connect` for this socket's challenge. */
  connectParams(challenge: ConnectChallenge): Promise<ConnectParams>;
}

type Phase = "opening" | "connecting" | "refused" | "open" | "ended";
const CONNECT_ID = "connect";

/** One socket from open to close: handshake, frames, liveness. Docs: protocol.md#handshake */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #hello = deferred<HelloOk>();
  readonly #socketGone = deferred<undefined>();
  #cancelDeadline: () => void = () => undefined;
  #cancelGrace: () => void = () => undefined;
  #phase: Phase = "opening";
  #watch: TickWatch | undefined;
  #maxPayloadBytes = Number.POSITIVE_INFINITY;
  #refusal: RpcError | undefined;
  #failure: Ending["failure"];

  constructor(options: ConnectionOptions, host: ConnectionHost) {
    this.#options = options;
    this.#host = host;
    this.#socket = options.openSocket(options.url, {
      message: (text) => this.#message(text),
      failed: (cause, code) => (this.#failure ??= { cause, code }),
      closed: (code, reason) => this.#socketClosed(code, reason),
    });
    // Only now: an address that is none throws before, and leaves nothing behind.
    if (this.#phase === "ended") return;
    this.#cancelDeadline = schedule(options.connectTimeoutMs, () => this.#handshakeTimedOut());
  }

  /** Resolves with the gateway's snapshot, or rejects with the {@link ConnectionError} that ended the handshake. */
  get hello(): Promise<HelloOk> {
    return this.#hello.promise;
  }

  /**
   * Sends a request frame.
   *
   * @throws {ConnectionError} `too_large`: the gateway would end the connection over it
   */
  send(id: string, method: string, params: unknown): void {
    const text = encodeRequest(id, method, params);
    if (isLonger(text, this.#maxPayloadBytes)) {
      throw new ConnectionError("too_large", `the request is larger than ${this.#maxPayloadBytes} bytes`);
    }
    this.#socket.send(text);
  }

  /** Ends the connection and resolves when the socket is gone, at the latest after the grace period. */
  close(): Promise<void> {
    this.#end(new ConnectionError("closed", "connection closed by this client"));
    return this.#socketGone.promise;
  }

  #message(text: string): void {
    const frame = decodeFrame(text);
    this.#watch?.frame();
    if (this.#phase === "open") {
      if (frame?.type === "res") this.#host.response(frame);
      else if (frame) this.#host.event(frame);
    } else if (this.#phase === "connecting") {
      if (frame?.type === "res" && frame.id === CONNECT_ID) this.#connectAnswered(frame);
    } else if (this.#phase === "opening") {
      if (frame?.type === "event" && frame.event === "connect.challenge") this.#challenged(frame.payload);
      else this.#end(new ConnectionError("foreign_service", "the service at this address is not a gateway"));
    }
  }

  #challenged(payload: unknown): void {
    const challenge = parseChallenge(payload);
    if (!challenge) {
      this.#end(
        new ConnectionError("foreign_service", CLOSE.challengeMissingNonce.reason),
        CLOSE.challengeMissingNonce,
      );
      return;
    }
    this.#phase = "connecting";
    this.#options.connectParams(challenge).then(
      (params) => {
        if (this.#phase === "connecting") this.send(CONNECT_ID, "connect", params);
      },
      (cause: unknown) => {
        this.#end(
          new ConnectionError("refused", "cannot build the connect request", { cause }),
          CLOSE.connectFailed,
        );
      },
    );
  }

  #connectAnswered(frame: ResponseFrame): void {
    this.#cancelDeadline();
    if (!frame.ok) {
      this.#phase = "refused";
      this.#refusal = toRpcError(frame);
      // The gateway closes now, with its own code.
      this.#cutAfterGrace();
    } else if (isHelloOk(frame.payload)) {
      this.#phase = "open";
      const { policy } = frame.payload;
      this.#maxPayloadBytes = policy.maxPayload ?? this.#maxPayloadBytes;
      this.#watch = this.#watchTicks(policy.tickIntervalMs);
      this.#host.opened(this, frame.payload);
      this.#hello.resolve(frame.payload);
    } else {
      this.#end(new ConnectionError("foreign_service", "the answer to connect is not hello-ok"));
    }
  }

  #watchTicks(intervalMs: number): TickWatch {
    const { code, reason } = CLOSE.tickTimeout;
    const end = { closeCode: code, closeReason: reason };
    const silent = () =>
      this.#end(new ConnectionError("timeout", describeClose(code, reason), end), CLOSE.tickTimeout);
    return new TickWatch(
      { now: this.#options.now, hasDeadline: () => this.#host.hasDeadline(), silent },
      intervalMs,
    );
  }

  #handshakeTimedOut(): void {
    const close = this.#phase === "opening" ? CLOSE.challengeTimeout : CLOSE.connectTimeout;
    const end = { closeCode: close.code, closeReason: close.reason };
    this.#end(
      new ConnectionError("timeout", `gateway timeout after ${this.#options.connectTimeoutMs}ms`, end),
      close,
    );
  }

  // Our own decision to end: it is reported at once, the socket follows.
  #end(error: ConnectionError, close?: { readonly code: number; readonly reason: string }): void {
    this.#report(error);
    this.#socket.close(close?.code, close?.reason);
    this.#cutAfterGrace();
  }

  #cutAfterGrace(): void {
    this.#cancelGrace();
    this.#cancelGrace = schedule(this.#options.closeGraceMs, () => this.#socket.terminate());
  }

  #socketClosed(closeCode: number, closeReason: string): void {
    const wasOpen = this.#phase === "open";
    this.#cancelGrace();
    this.#report(
      closeError({ closeCode, closeReason, wasOpen, refusal: this.#refusal, failure: this.#failure }),
    );
    this.#socketGone.resolve(undefined);
  }

  // The first reason is the one that counts.
  #report(error: ConnectionError): void {
    if (this.#phase === "ended") return;
    const wasOpen = this.#phase === "open";
    this.#phase = "ended";
    this.#cancelDeadline();
    this.#watch?.stop();
    if (wasOpen) this.#host.closed(error);
    else this.#hello.reject(error);
  }
}

function isLonger(text: string, bytes: number): boolean {
  // A UTF-16 unit takes one to three bytes; only what may be too long is measured.
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || new TextEncoder().encode(text).length > bytes;
}

function parseChallenge(payload: unknown): ConnectChallenge | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const { nonce, ts }: { nonce?: unknown; ts?: unknown } = payload;
  if (typeof nonce !== "string" || nonce.trim() === "" || typeof ts !== "number") return undefined;
  return { nonce, ts };
}

// Clients of every release take `type` as the proof of success; the rest is what this package reads by itself.
function isHelloOk(payload: unknown): payload is HelloOk {
  if (!isObject(payload)) return false;
  const { type, policy, snapshot }: { type?: unknown; policy?: unknown; snapshot?: unknown } = payload;
  if (type !== "hello-ok" || !isObject(policy) || !isObject(snapshot)) return false;
  const { tickIntervalMs }: { tickIntervalMs?: unknown } = policy;
  return typeof tickIntervalMs === "number" && tickIntervalMs > 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
