import { WebSocket } from "ws";
import { PROXY_ADDRESS, TOKEN } from "./gateway.ts";

/** Any frame, as it came over the wire. */
export type Frame = Readonly<Record<string, unknown>>;

/** How a socket ended: 1006 when there was no close frame. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Where an attack comes from. */
export interface Origin {
  /** Client address the trusted proxy tells; needs `startBehindProxy`. @default this machine, directly */
  readonly from?: string;
  /** Through the trusted proxy, which tells no address. */
  readonly viaProxy?: boolean;
  /** Further headers of the upgrade, replacing any of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** A WebSocket that sends exactly what it is told to and keeps everything it gets. */
export class Attacker {
  /** Everything that came, in order. */
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      // Safe: ws hands out buffers unless binaryType is changed.
      this.frames.push(JSON.parse((data as Buffer).toString("utf8")) as Frame);
      for (const wake of this.#waiting) wake();
    });
    socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      socket.once("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const wake of this.#waiting) wake();
      }),
    );
  }

  /** Opens a socket and waits for the challenge. */
  static async open(url: string, origin: Origin = {}): Promise<Attacker> {
    const { from, viaProxy = from !== undefined, headers, path = "/" } = origin;
    const attacker = new Attacker(
      new WebSocket(`${url}${path}`, {
        headers: { ...(from !== undefined && { "x-forwarded-for": from }), ...headers },
        ...(viaProxy && { localAddress: PROXY_ADDRESS }),
      }),
    );
    await attacker.event("connect.challenge");
    return attacker;
  }

  /** Nonce and time of the challenge. */
  get challenge(): { readonly nonce: string; readonly ts: number } {
    return this.frames[0]?.["payload"] as { nonce: string; ts: number };
  }

  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The first frame that matches, also one that came before. */
  async frame(matches: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found) return found;
      if (this.isClosed) {
        const { code, reason } = await this.closed;
        throw new Error(`closed ${code} ${reason} after ${JSON.stringify(this.frames).slice(0, 2_000)}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  event(name: string): Promise<Frame> {
    return this.frame((frame) => frame["event"] === name);
  }

  /** Names of the events that came, without those every socket gets. */
  eventNames(): string[] {
    return this.frames.flatMap(({ event }) => (typeof event === "string" ? [event] : []));
  }

  /** Sends a request under an id of its own and gives its (first) answer. */
  request(method: string, params: unknown = {}): Promise<Frame> {
    this.#requests += 1;
    const id = `r${this.#requests}`;
    this.send({ type: "req", id, method, params });
    return this.frame((frame) => frame["type"] === "res" && frame["id"] === id);
  }

  /** Payload of a request that must succeed. */
  async call(method: string, params: unknown = {}): Promise<Frame> {
    const answer = await this.request(method, params);
    if (answer["ok"] !== true) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return (answer["payload"] ?? {}) as Frame;
  }

  connect(params: Frame): Promise<Frame> {
    return this.request("connect", params);
  }

  /** Everything sent so far has been handled: the gateway answers in order what needs no waiting. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.once("pong", () => resolve());
      this.socket.once("close", () => resolve());
      if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    });
  }

  /** Goes away without a word. */
  end(): void {
    this.socket.terminate();
  }
}

/** Error of an answer that must be one. */
export function errorOf(
  answer: Frame,
): { code: string; message: string; details?: Record<string, unknown> } & Frame {
  if (answer["ok"] !== false)
    throw new Error(`expected a refusal, got ${JSON.stringify(answer).slice(0, 500)}`);
  return answer["error"] as ReturnType<typeof errorOf>;
}

/** Scopes of a dialect 4 hello. */
export function scopesOf(hello: Frame): unknown {
  if (hello["ok"] !== true) throw new Error(`expected a hello, got ${JSON.stringify(hello).slice(0, 500)}`);
  return ((hello["payload"] as Frame)["auth"] as Frame)["scopes"];
}

export const ALL_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];

type Params = Readonly<Record<string, unknown>>;

/** A client program by id and mode. */
export const client = (id: string, mode: string, more: Params = {}) => ({
  id,
  mode,
  version: "1.0.0",
  platform: "test",
  ...more,
});

/** Connect params of a local backend that knows the secret and asks for everything; dialect 4. */
export function connectParams(params: Params = {}): Params {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: client("gateway-client", "backend"),
    role: "operator",
    scopes: ALL_SCOPES,
    auth: { token: TOKEN },
    ...params,
  };
}

/** The range of one dialect. */
export const dialect = (version: 3 | 4) => ({ minProtocol: version, maxProtocol: version });

/** Opens a socket and connects; fails unless it is admitted. */
export async function admitted(url: string, params: Params = {}, origin: Origin = {}): Promise<Attacker> {
  const attacker = await Attacker.open(url, origin);
  const answer = await attacker.connect(connectParams(params));
  if (answer["ok"] !== true) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return attacker;
}

/** One connect that is expected to be refused: the error and the close. */
export async function refused(
  url: string,
  params: Params = {},
  origin: Origin = {},
): Promise<{ readonly error: ReturnType<typeof errorOf>; readonly closed: Closed }> {
  const attacker = await Attacker.open(url, origin);
  const error = errorOf(await attacker.connect(connectParams(params)));
  return { error, closed: await attacker.closed };
}
