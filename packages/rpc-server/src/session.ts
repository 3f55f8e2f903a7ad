import { encodeResponse, CLOSE, type ResponseParts } from "@openclaw/protocol";
import { planDelivery } from "./backpressure.ts";
import type { ConnectionView, Disconnect } from "./connection-view.ts";
import type { Connection } from "./connection.ts";
import type { RpcLimits } from "./limits.ts";
import type { Message } from "./text-frame.ts";

/** The limits one session keeps by itself. */
export type SessionLimits = Pick<
  RpcLimits,
  "maxBufferedBytes" | "inFlightPerConnection" | "unauthorizedRoleStreak"
>;

/** What a session does with its connection. */
export type SessionTransport = Pick<Connection, "isOpen" | "bufferedBytes" | "send" | "close" | "expel">;

/** An admitted connection: its identity, its event numbers and its calls in flight. */
export class Session {
  readonly view: ConnectionView;
  readonly #transport: SessionTransport;
  readonly #limits: SessionLimits;
  /** Made for the first call: many clients only listen. */
  #gone: AbortController | undefined;
  #seq = 0;
  #callsInFlight = 0;
  #roleRefusals = 0;

  constructor(view: ConnectionView, transport: SessionTransport, limits: SessionLimits) {
    this.view = view;
    this.#transport = transport;
    this.#limits = limits;
  }

  /** Aborted when the connection is gone. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    return this.#gone.signal;
  }

  get isOpen(): boolean {
    return this.#transport.isOpen;
  }

  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  /** Number of the next broadcast addressed to this connection: contiguous from 1, consumed even if it is skipped. */
  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** Takes an in-flight slot. Returns the function that frees it (once), or `undefined` when all are taken. */
  takeSlot(): (() => void) | undefined {
    if (this.#callsInFlight >= this.#limits.inFlightPerConnection) return undefined;
    this.#callsInFlight += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#callsInFlight -= 1;
      isTaken = false;
    };
  }

  /** Answers a request. A client that does not read its answers is closed like one that does not read its events. */
  answer(response: ResponseParts): void {
    this.#roleRefusals = 0;
    this.deliver(encodeResponse(response), false);
  }

  /** Answers a call for another role; who goes on with such calls is closed. */
  answerRoleRefusal(response: ResponseParts): void {
    const refusals = this.#roleRefusals + 1;
    this.answer(response);
    this.#roleRefusals = refusals;
    if (refusals > this.#limits.unauthorizedRoleStreak) this.close(CLOSE.repeatedUnauthorized);
  }

  /** Queues one message, unless the client is too slow for it. Returns whether it was queued. */
  deliver(message: Message, droppable: boolean): boolean {
    if (!this.isOpen) return false;
    const delivery = planDelivery(this.bufferedBytes, this.#limits.maxBufferedBytes, droppable);
    if (delivery === "send") this.#transport.send(message);
    if (delivery === "close") this.close(CLOSE.slowConsumer);
    return delivery === "send";
  }

  close(end: Disconnect): void {
    this.#transport.close(end);
  }

  /** Ends the connection of a client whose admission no longer holds. */
  expel(end: Disconnect): void {
    this.#transport.expel(end);
  }

  /** The socket is gone: calls that still run learn it from their signal. */
  end(): void {
    this.#gone?.abort();
  }
}
