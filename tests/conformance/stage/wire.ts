import { WebSocket, type RawData } from "ws";

import { isObject } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";

/** What came over a socket. */
export type Received =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** A raw socket to the gateway: no protocol knowledge, nothing is answered by itself but pings. */
export class Wire {
  readonly #socket: WebSocket;
  readonly #queue: Received[] = [];
  #wake: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#arrive({ kind: "frame", frame: parse(data) }));
    socket.on("close", (code, reason) => this.#arrive({ kind: "closed", code, reason: reason.toString() }));
  }

  /** Opens a socket; nothing that arrives right behind the upgrade is missed. */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Wire> {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const wire = new Wire(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    // After the upgrade an error is always followed by a close, which is what counts.
    socket.on("error", () => {});
    return wire;
  }

  send(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Sends without reading; reads again when the gateway has taken all of it but what the kernel holds. */
  async whileStalled(messages: readonly string[]): Promise<void> {
    this.#socket.pause();
    const written = messages.map(
      (message) => new Promise<void>((resolve) => this.#socket.send(message, () => resolve())),
    );
    await Promise.all(written);
    this.#socket.resume();
  }

  /** The next thing that came, `undefined` when nothing comes within `timeoutMs`. */
  async next(timeoutMs = 5_000): Promise<Received | undefined> {
    if (this.#queue.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    return this.#queue.shift();
  }

  /** Puts back what was taken too early. */
  unread(received: Received): void {
    this.#queue.unshift(received);
  }

  /** Everything the gateway has sent in answer to what was sent so far: messages are handled in order, like the ping behind them. */
  async rest(): Promise<readonly Received[]> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      await new Promise<void>((resolve) => {
        this.#socket.once("pong", () => resolve());
        this.#socket.once("close", () => resolve());
        this.#socket.ping();
      });
    }
    return this.#queue.splice(0);
  }

  /** Leaves as one-shot clients do: without a close code. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      this.#socket.once("close", () => resolve());
      this.#socket.close();
    });
  }

  #arrive(received: Received): void {
    this.#queue.push(received);
    this.#wake?.();
  }
}

function parse(data: RawData): Frame {
  const json: unknown = JSON.parse((data as Buffer).toString("utf8"));
  if (!isObject(json)) throw new TypeError(`the gateway sent ${JSON.stringify(json)}, which is no frame`);
  return json;
}
