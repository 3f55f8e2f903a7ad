import { once } from "node:events";
import type { AddressInfo } from "node:net";

import {
  closeReason,
  encodeEvent,
  encodeResponse,
  parseRequestFrame,
  RpcError,
  type ConnectParams,
  type HelloOk,
  type RequestFrame,
} from "@openclaw/protocol";
import { WebSocketServer, type WebSocket } from "ws";

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
  /** Sends an event; without `seq` it is a targeted one. */
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
  /** Payload of `connect.challenge`; `"none"` sends no challenge. */
  readonly challenge?: { readonly nonce?: string; readonly ts?: number } | "none";
  /** Answers `connect`: a hello, or a thrown `RpcError`, which also closes the socket. */
  readonly connect?: (params: ConnectParams) => HelloOk | Promise<HelloOk>;
  /** Close code after a refused connect. @default 1008 */
  readonly refusalCode?: number;
  readonly methods?: Readonly<Record<string, ScriptedMethod>>;
}

/** A running scripted gateway and what it saw. */
export interface ScriptedGateway {
  readonly url: string;
  readonly port: number;
  readonly connects: readonly ConnectParams[];
  readonly requests: readonly Pick<RequestFrame, "method" | "params">[];
  readonly peers: readonly ScriptedPeer[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a gateway on 127.0.0.1 that follows `script`. */
export async function startScriptedGateway(script: Script = {}): Promise<ScriptedGateway> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: script.port ?? 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const seen = {
    connects: [] as ConnectParams[],
    requests: [] as RequestFrame[],
    peers: [] as ScriptedPeer[],
  };
  server.on("connection", (socket) => {
    const peer = peerOf(socket);
    seen.peers.push(peer);
    if (script.challenge !== "none") {
      peer.event("connect.challenge", { nonce: "nonce-1", ts: Date.now(), ...script.challenge });
    }
    socket.on("message", (data: Buffer) => {
      const parsed = parseRequestFrame(data.toString("utf8"), 4);
      if (parsed.kind !== "request") return;
      if (parsed.frame.method !== "connect") seen.requests.push(parsed.frame);
      void answer(script, { frame: parsed.frame, peer, connects: seen.connects });
    });
  });
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `ws://127.0.0.1:${port}`, port, ...seen, close, [Symbol.asyncDispose]: close };
}

interface Incoming {
  readonly frame: RequestFrame;
  readonly peer: ScriptedPeer;
  readonly connects: ConnectParams[];
}

async function answer(script: Script, { frame, peer, connects }: Incoming): Promise<void> {
  const { id, method, params } = frame;
  try {
    if (method === "connect") {
      const connect = params as ConnectParams; // the client under test builds them; a wrong one fails its own test
      connects.push(connect);
      const hello = script.connect ? await script.connect(connect) : helloOk(connect);
      peer.send(encodeResponse({ id, ok: true, payload: hello }));
      return;
    }
    const handler = script.methods?.[method];
    if (!handler) throw new RpcError("INVALID_REQUEST", `unknown method: ${method}`);
    const accept = (payload: unknown) => peer.send(encodeResponse({ id, ok: true, payload }));
    peer.send(encodeResponse({ id, ok: true, payload: await handler({ params, peer, accept }) }));
  } catch (error) {
    const refusal = error instanceof RpcError ? error : new RpcError("UNAVAILABLE", String(error));
    const { payload } = refusal;
    peer.send(
      encodeResponse({ id, ok: false, error: refusal.toShape(), ...(payload !== undefined && { payload }) }),
    );
    if (method === "connect") peer.close(script.refusalCode ?? 1008, closeReason(refusal.message));
  }
}

function peerOf(socket: WebSocket): ScriptedPeer {
  return {
    event: (name, payload, seq) => socket.send(encodeEvent(name, JSON.stringify(payload), seq)),
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
  };
}
