import { randomUUID } from "node:crypto";
import { nextTick } from "node:process";
import type { Writable } from "node:stream";
import type { Peer, SampledLogger } from "@openclaw/auth";
import { CLOSE, closeReason } from "@openclaw/protocol";
import type { RawData, WebSocket } from "ws";
import { Pace } from "./backpressure.ts";
import type { Disconnect } from "./connection-view.ts";
import type { RpcLimits } from "./limits.ts";
import { Inbox } from "./inbox.ts";
import type { Logger } from "./options.ts";
import { type Message, textFrame } from "./text-frame.ts";
import type { Pingable } from "./tick.ts";

/** Frames of one client that are handled in one go; the next one waits for a turn of the event loop (T-DOS-10). */
const FRAMES_PER_TURN = 8;

/** What ws reads of its receiver for every frame, but has no public way to set after the upgrade. */
interface Receiver {
  _maxPayload: number;
  _allowSynchronousEvents: boolean;
}

/** Who is at the other end, and the rules for it. */
export interface ConnectionOptions {
  /** What the WebSocket writes to. */
  readonly transport: Pick<Writable, "cork" | "uncork" | "write">;
  readonly peer: Peer;
  readonly limits: Pick<RpcLimits, "preAuthMessagesPerSecond">;
  /** For what happens before {@link Connection.trust}. */
  readonly logger: SampledLogger;
}

/** What happens on a connection. */
export interface ConnectionListener {
  /** One complete message. Not called any more once the close has begun. */
  message(text: string): void;
  /** The socket is gone; called exactly once. */
  closed(end: Disconnect): void;
}

/**
 * One WebSocket: texts in, texts out, one close. Knows nothing of frames and identities. Whatever a listener throws
 * ends this connection only (T-DOS-15).
 */
export class Connection implements Pingable {
  readonly connId = randomUUID();
  readonly peer: Peer;
  /** Resolves when the socket is gone. */
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #transport: ConnectionOptions["transport"];
  #logger: Pick<Logger, "debug" | "error"> | undefined;
  #pace: Pace;
  #resume: NodeJS.Timeout | undefined;
  #ending: Disconnect | undefined;
  #isPongDue = false;
  #inbox: Inbox<RawData> | undefined;
  #isHeldBack = false;
  /** Set once the client is trusted with more than one frame a turn. */
  #receiver: Receiver | undefined;
  #framesThisTurn = 0;

  constructor(socket: WebSocket, { transport, peer, limits, logger }: ConnectionOptions) {
    this.#socket = socket;
    this.#transport = transport;
    this.peer = peer;
    this.#logger = logger;
    this.#pace = new Pace(limits.preAuthMessagesPerSecond, performance.now());
    this.gone = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  /** Starts the flow of messages. Called once. */
  listen(listener: ConnectionListener): void {
    this.#inbox = new Inbox({
      take: (data: RawData) => {
        // What came before the peer's close still counts.
        if (this.#ending === undefined) this.#deliver(listener, data);
      },
      emptied: () => this.#letGo(),
    });
    const inbox = this.#inbox;
    this.#socket.on("message", (data) => {
      this.#takeTurns();
      this.#slowDown();
      inbox.add(data);
    });
    this.#socket.on("ping", () => {
      this.#takeTurns();
      this.#slowDown();
    });
    this.#socket.on("pong", () => {
      this.#takeTurns();
      this.#isPongDue = false;
    });
    // Broken frames, oversized messages, resets: ws has begun the close already, only the listener was missing.
    this.#socket.on("error", (error) => this.#logger?.debug("socket error", { connId: this.connId, error }));
    this.#socket.once("close", (code, reason) => {
      clearTimeout(this.#resume);
      this.#ending ??= { code, reason: reason.toString("utf8") };
      listener.closed(this.#ending);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes handed to {@link Connection.send} that the peer has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isPongDue(): boolean {
    return this.#isPongDue;
  }

  /** Queues one text message, which leaves with the others of this turn; does nothing once the close has begun. */
  send(message: Message): void {
    if (!this.isOpen) return;
    if (!this.#isHeldBack) {
      this.#isHeldBack = true;
      this.#transport.cork();
      if (!this.#inbox?.isBusy) nextTick(() => this.#letGo());
    }
    this.#transport.write(textFrame(message));
  }

  /** Begins the close: nothing is delivered or sent after it, and the socket ends after the grace at the latest. */
  close({ code, reason }: Disconnect): void {
    if (!this.isOpen) return;
    this.#ending = { code, reason: closeReason(reason) };
    this.#socket.close(code, this.#ending.reason);
  }

  /**
   * Closes for somebody who may not read any more. What still waits to be read goes down with the socket, and then the
   * reason cannot be told either (T-AUTH-16).
   */
  expel(end: Disconnect): void {
    this.#letGo();
    if (this.bufferedBytes === 0) return this.close(end);
    this.#ending = { code: end.code, reason: closeReason(end.reason) };
    this.terminate();
  }

  /** Ends the socket without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Sends a ping; from the moment it is written until the pong, {@link Connection.isPongDue} holds. */
  ping(): void {
    this.#socket.ping(undefined, undefined, (error?: Error | null) => {
      if (!error) this.#isPongDue = true;
    });
  }

  /** Replaces the limits for strangers by those for clients, and their log by that for clients. */
  trust(
    { maxPayloadBytes, messagesPerSecond }: Pick<RpcLimits, "maxPayloadBytes" | "messagesPerSecond">,
    logger: Logger | undefined,
  ): void {
    this.#logger = logger;
    this.#pace = new Pace(messagesPerSecond, performance.now());
    // Safe: where a later ws has no such fields, the limits for strangers stay.
    const { _receiver: receiver } = this.#socket as unknown as { readonly _receiver?: Receiver };
    if (receiver) receiver._maxPayload = maxPayloadBytes;
    this.#receiver = receiver;
  }

  #letGo(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#transport.uncork();
  }

  /** Lets ws hand over the frames of one read together, but for every eighth: that one waits for the next turn. */
  #takeTurns(): void {
    if (!this.#receiver) return;
    this.#framesThisTurn = (this.#framesThisTurn + 1) % FRAMES_PER_TURN;
    this.#receiver._allowSynchronousEvents = this.#framesThisTurn !== 0;
  }

  #deliver(listener: ConnectionListener, data: RawData): void {
    try {
      // Safe: ws hands out buffers unless binaryType is changed. Binary messages are read as UTF-8 like text.
      listener.message((data as Buffer).toString("utf8"));
    } catch (error) {
      this.#logger?.error("message handling failed", { connId: this.connId, error });
      this.close(CLOSE.internal);
    }
  }

  #slowDown(): void {
    const pauseMs = this.#pace.take(performance.now());
    if (pauseMs === 0 || this.#socket.isPaused) return;
    this.#socket.pause();
    this.#resume = setTimeout(() => this.#socket.resume(), pauseMs);
  }
}
