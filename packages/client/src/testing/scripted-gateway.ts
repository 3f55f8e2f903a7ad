import { once } from "node:events";
import type { AddressInfo } from "node:net";

import {
  authFailure,
  CLOSE,
  closeReason,
  encodeEvent,
  encodeResponse,
  helloFor,
  invalidRequest,
  methodContract,
  methodScope,
  negotiateDialect,
  parseConnectParams,
  parseParams,
  parseRequestFrame,
  PROTOCOL_VERSIONS,
  protocolMismatch,
  roleFailure,
  RpcError,
  scopeCovers,
  scopeFailure,
  type ConnectParams,
  type Dialect,
  type HelloOk,
  type RequestFrame,
} from "@openclaw/protocol";
import { WebSocketServer, type WebSocket } from "ws";

import { answerIn, eventIn } from "./dialect.ts";
import { helloOk } from "./hello.ts";

/** One request as a scripted method sees it. */
export interface ScriptedCall {
  readonly params: unknown;
  readonly peer: ScriptedPeer;
  /** Sends a first-stage answer; the method's return value is then the final one. */
  accept(payload: unknown): void;
}

/** Returns the payload of the answer, or throws `RpcError` for a failed one. A promise that never settles = silence. */
export type ScriptedMethod = (call: ScriptedCall) => unknown;

/** One client's connection, seen from the gateway. */
export interface ScriptedPeer {
  /** What the handshake settled on; absent before. */
  readonly dialect: Dialect | undefined;
  /** Sends an event as it is; without `seq` it is a targeted one. */
  event(name: string, payload: unknown, seq?: number): void;
  send(text: string): void;
  close(code: number, reason?: string): void;
  /** Cuts the connection without a close frame. */
  cut(): void;
}

/** What a scripted gateway does; whatever is left out behaves like a friendly gateway. */
export interface Script {
  /** Port to listen on. @default a free one */
  readonly port?: number;
  /** Protocols to speak; the newest one the client knows is chosen. @default both */
  readonly dialects?: readonly Dialect[];
  /** Payload of `connect.challenge`; `"none"` sends no challenge. */
  readonly challenge?: { readonly nonce?: string; readonly ts?: number } | "none";
  /** The shared token a client must bring. @default none */
  readonly token?: string;
  /** Answers `connect` after the token: a hello, or a thrown `RpcError`, which also closes the socket. */
  readonly connect?: (params: ConnectParams) => HelloOk | Promise<HelloOk>;
  /** Close code after a refused connect. @default 1008 */
  readonly refusalCode?: number;
  /** Answers by method name. Role, scopes and params are checked before, by the contracts a gateway uses. */
  readonly methods?: Readonly<Record<string, ScriptedMethod>>;
}

/** A running scripted gateway and what it saw. */
export interface ScriptedGateway {
  readonly url: string;
  readonly port: number;
  readonly connects: readonly ConnectParams[];
  readonly requests: readonly Pick<RequestFrame, "method" | "params">[];
  readonly peers: readonly ScriptedPeer[];
  /** Sends an event to everyone connected, numbered per connection and in the words of its dialect. */
  broadcast(name: string, payload: unknown): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a gateway on 127.0.0.1 that follows `script`, in the dialect each client asks for. */
export async function startScriptedGateway(script: Script = {}): Promise<ScriptedGateway> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: script.port ?? 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const seen = { connects: [] as ConnectParams[], requests: [] as RequestFrame[], peers: [] as Peer[] };
  server.on("connection", (socket) => {
    const peer = new Peer(socket);
    seen.peers.push(peer);
    if (script.challenge !== "none") {
      peer.event("connect.challenge", { nonce: "nonce-1", ts: Date.now(), ...script.challenge });
    }
    socket.on("message", (data: Buffer) => {
      const parsed = parseRequestFrame(data.toString("utf8"), peer.dialect);
      if (parsed.kind === "not-json") return;
      if (parsed.kind === "invalid") {
        const error = invalidRequest(`invalid request frame: ${parsed.issues}`).toShape();
        if (peer.hello) peer.send(encodeResponse({ id: parsed.id, ok: false, error }));
        else peer.close(CLOSE.notARequestFrame.code, CLOSE.notARequestFrame.reason);
        return;
      }
      const { frame } = parsed;
      if (peer.hello) {
        seen.requests.push(frame);
        void answer(script, peer, frame);
      } else void admit(script, peer, { frame, connects: seen.connects });
    });
  });
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  const broadcast = (name: string, payload: unknown) => {
    for (const peer of seen.peers) peer.broadcast(name, payload);
  };
  return { url: `ws://127.0.0.1:${port}`, port, ...seen, broadcast, close, [Symbol.asyncDispose]: close };
}

class Peer implements ScriptedPeer {
  readonly #socket: WebSocket;
  #seq = 0;
  dialect: Dialect | undefined;
  hello: HelloOk | undefined;
  role = "operator";
  scopes: readonly string[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  event(name: string, payload: unknown, seq?: number): void {
    this.send(encodeEvent(name, JSON.stringify(payload), seq));
  }

  broadcast(name: string, payload: unknown): void {
    if (this.dialect === undefined || !this.hello) return;
    const shaped = eventIn(this.dialect, name, payload);
    if (shaped !== undefined || payload === undefined) this.event(name, shaped, (this.#seq += 1));
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  cut(): void {
    this.#socket.terminate();
  }
}

interface FirstFrame {
  readonly frame: RequestFrame;
  readonly connects: ConnectParams[];
}

async function admit(script: Script, peer: Peer, { frame, connects }: FirstFrame): Promise<void> {
  const { id, method, params } = frame;
  try {
    if (method !== "connect") throw invalidRequest(CLOSE.firstNotConnect.reason);
    const parsed = parseConnectParams(params);
    if (!parsed.ok) throw invalidRequest(`invalid connect params: ${parsed.text}`);
    const connect = parsed.value;
    connects.push(connect);
    const dialect = choose(connect, script.dialects ?? PROTOCOL_VERSIONS);
    if (script.token !== undefined && connect.auth?.token !== script.token)
      throw wrongToken(dialect, connect);
    const hello = script.connect ? await script.connect(connect) : helloOk(connect);
    peer.role = hello.auth?.role ?? connect.role ?? "operator";
    peer.scopes = hello.auth?.scopes ?? connect.scopes ?? [];
    peer.dialect = dialect;
    peer.hello = helloFor({ ...hello, protocol: dialect });
    peer.send(encodeResponse({ id, ok: true, payload: peer.hello }));
  } catch (thrown) {
    const refusal = toRpcError(thrown);
    peer.send(encodeResponse({ id, ok: false, error: refusal.toShape() }));
    const { code, reason } = CLOSE.protocolMismatch;
    peer.close(
      refusal.message === reason ? code : (script.refusalCode ?? 1008),
      closeReason(refusal.message),
    );
  }
}

function choose(connect: ConnectParams, dialects: readonly Dialect[]): Dialect {
  const { minProtocol, maxProtocol } = connect;
  const dialect = negotiateDialect(minProtocol, Math.min(maxProtocol, Math.max(...dialects)));
  if (dialect === undefined || !dialects.includes(dialect)) throw protocolMismatch(connect);
  return dialect;
}

function wrongToken(dialect: Dialect, { auth, client, device }: ConnectParams): RpcError {
  return authFailure(dialect, {
    reason: auth?.token === undefined ? "token_missing" : "token_mismatch",
    client,
    isLocal: true,
    canRetryWithDeviceToken: device !== undefined && auth?.deviceToken === undefined,
  });
}

async function answer(script: Script, peer: Peer, { id, method, params }: RequestFrame): Promise<void> {
  const dialect = peer.dialect ?? 4;
  const succeed = (payload: unknown) =>
    peer.send(encodeResponse({ id, ok: true, payload: answerIn(dialect, method, payload) }));
  try {
    const handler = script.methods?.[method];
    checkCall(peer, { method, params, isKnown: handler !== undefined });
    succeed(await handler?.({ params, peer, accept: succeed }));
  } catch (thrown) {
    const failure = toRpcError(thrown);
    const { payload } = failure;
    peer.send(
      encodeResponse({ id, ok: false, error: failure.toShape(), ...(payload !== undefined && { payload }) }),
    );
  }
}

// In a gateway's order: role, scope, existence, params.
function checkCall(peer: Peer, call: { method: string; params: unknown; isKnown: boolean }): void {
  const { method, params } = call;
  const dialect = peer.dialect ?? 4;
  const scope = methodScope(method);
  if (scope !== "none") {
    if ((peer.role === "node") !== (scope === "node")) throw roleFailure(peer.role);
    if (scope !== "node" && !scopeCovers(peer.scopes, scope)) throw scopeFailure(dialect, scope);
  }
  if (!call.isKnown) throw invalidRequest(`unknown method: ${method}`);
  const contract = methodContract(method);
  const parsed = contract && parseParams(contract.params, params, dialect);
  if (parsed?.ok === false) throw invalidRequest(`invalid ${method} params: ${parsed.text}`);
}

function toRpcError(thrown: unknown): RpcError {
  return thrown instanceof RpcError ? thrown : new RpcError("UNAVAILABLE", String(thrown));
}
