import type { ConnectParams } from "@openclaw/protocol";
import { WebSocket, type ClientOptions } from "ws";

/** Any frame, as it came over the wire. */
export interface WireFrame {
  readonly type?: string;
  readonly id?: unknown;
  readonly ok?: boolean;
  readonly event?: string;
  readonly seq?: number;
  readonly stateVersion?: unknown;
  // Tests look into payloads freely; a wrong path fails the expectation.
  readonly payload?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string; readonly [key: string]: unknown };
}

interface Waiter {
  readonly matches: (frame: WireFrame) => boolean;
  readonly resolve: (frame: WireFrame) => void;
  readonly reject: (error: Error) => void;
}

/** A client without opinions: sends whatever it is told, remembers everything it gets. */
export class WireClient {
  /** All frames in the order of arrival. */
  readonly frames: WireFrame[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #unread: WireFrame[] = [];
  #waiter: Waiter | undefined;
  #requests = 0;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.socket.on("error", () => undefined);
    this.socket.on("message", (data) => {
      // Safe: ws hands out buffers unless binaryType is changed.
      this.#receive(JSON.parse((data as Buffer).toString("utf8")) as WireFrame);
    });
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#waiter?.reject(
          new Error(
            `closed ${code} ${reason.toString()} after ${JSON.stringify(this.frames).slice(0, 2_000)}`,
          ),
        );
      });
    });
  }

  /** Opens a socket and reads the challenge. */
  static async open(url: string, options?: ClientOptions): Promise<WireClient> {
    const client = new WireClient(url, options);
    await client.event("connect.challenge");
    return client;
  }

  /** Sends a frame, or text or bytes as they are. */
  send(frame: object | string | Buffer): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The next unread frame that matches; frames before it count as read. */
  next(matches: (frame: WireFrame) => boolean = () => true): Promise<WireFrame> {
    const at = this.#unread.findIndex(matches);
    const found = this.#unread[at];
    if (found) {
      this.#unread = this.#unread.slice(at + 1);
      return Promise.resolve(found);
    }
    this.#unread = [];
    return new Promise((resolve, reject) => (this.#waiter = { matches, resolve, reject }));
  }

  event(name: string): Promise<WireFrame> {
    return this.next((frame) => frame.event === name);
  }

  /** Sends a request and waits for its (first) answer. */
  request(method: string, params?: unknown): Promise<WireFrame> {
    this.#requests += 1;
    const id = `r${this.#requests}`;
    this.send({ type: "req", id, method, params });
    return this.next((frame) => frame.id === id);
  }

  /** Sends `connect` and waits for the answer. */
  connect(params: Partial<ConnectParams> = {}): Promise<WireFrame> {
    return this.request("connect", connectParams(params));
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #receive(frame: WireFrame): void {
    this.frames.push(frame);
    if (!this.#waiter) return void this.#unread.push(frame);
    if (!this.#waiter.matches(frame)) return;
    const { resolve } = this.#waiter;
    this.#waiter = undefined;
    resolve(frame);
  }
}

/** Params every gateway accepts: an operator of dialect 4 with all rights. */
export function connectParams(params: Partial<ConnectParams> = {}): ConnectParams {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: "test", version: "1.0.0", platform: "linux", mode: "test" },
    role: "operator",
    scopes: ["operator.admin"],
    caps: [],
    ...params,
  };
}
