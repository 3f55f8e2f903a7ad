import WebSocket from "ws";

/** What came over a socket: frames in order, then the close. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that sends exactly what it is told to and keeps everything it gets. */
export class RawSocket {
  readonly frames: Record<string, unknown>[] = [];
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  #wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as Record<string, unknown>);
      this.#wake();
    });
    socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Opens a socket and waits for the challenge. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RawSocket> {
    const raw = new RawSocket(new WebSocket(url, { headers }));
    await raw.frame((frame) => frame["event"] === "connect.challenge");
    return raw;
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The first frame that matches, also one that came before. */
  async frame(matches: (frame: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found) return found;
      await Promise.race([
        new Promise<void>((resolve) => (this.#wake = resolve)),
        this.closed.then(({ code, reason }) => {
          throw new Error(`closed ${code} ${reason} after ${JSON.stringify(this.frames)}`);
        }),
      ]);
    }
  }

  /** Sends a request and gives its (first) answer. */
  request(id: string, method: string, params: unknown = {}): Promise<Record<string, unknown>> {
    this.send({ type: "req", id, method, params });
    return this.frame((frame) => frame["type"] === "res" && frame["id"] === id);
  }

  connect(params: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.request("c1", "connect", params);
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Connect params of a local backend with the shared secret; dialect 4 unless said otherwise. */
export function connectParams(token: string, extra: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: "gateway-client", mode: "backend", version: "1.0.0", platform: "test" },
    role: "operator",
    scopes: ["operator.read", "operator.write"],
    auth: { token },
    ...extra,
  };
}
