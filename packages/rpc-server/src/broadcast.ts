import { authorize } from "@openclaw/auth";
import {
  CLOSE,
  eventContract,
  eventText,
  type Dialect,
  type EventContract,
  type EventName,
  type Events,
  type StateVersion,
} from "@openclaw/protocol";
import { slowestOver } from "./backpressure.ts";
import type { ConnectionView } from "./connection-view.ts";
import type { BroadcastOptions, BroadcastPayload, Logger } from "./options.ts";
import type { Session } from "./session.ts";
import type { Message } from "./text-frame.ts";
import type { TrafficListener } from "./traffic.ts";

/** Whom a broadcaster serves, and when it gives somebody up. */
export interface BroadcasterOptions {
  /** Live: changes while it is used. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly maxTotalBufferedBytes: number;
  readonly logger: Logger | undefined;
  readonly traffic?: TrafficListener | undefined;
}

/** What became of a broadcast: the receivers, and what the last of them got. */
interface Broadcasted {
  clients: number;
  seq: number;
  payload: unknown;
}

/** A serialised event but for its number, and whether a slow receiver may miss it. */
interface Body {
  readonly message: (seq?: number) => Message;
  readonly droppable: boolean;
  readonly payload: unknown;
}

/**
 * Sends events to those who may see them, each connection with its own contiguous numbers. Fails closed: an event
 * without contract reaches nobody. Nothing it is given can make it throw.
 *
 * Docs: protocol.md#events
 */
export class Broadcaster {
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #maxTotalBufferedBytes: number;
  readonly #logger: Logger | undefined;
  readonly #traffic: TrafficListener | undefined;

  constructor({ sessions, maxTotalBufferedBytes, logger, traffic }: BroadcasterOptions) {
    this.#sessions = sessions;
    this.#maxTotalBufferedBytes = maxTotalBufferedBytes;
    this.#logger = logger;
    this.#traffic = traffic;
  }

  /** See `RpcServer.broadcast`. */
  broadcast<E extends EventName>(
    event: E,
    payload: BroadcastPayload<E>,
    options: BroadcastOptions = {},
  ): void {
    try {
      const contract = contractOf(event);
      if (contract.targeted) throw new TypeError(`event ${event} is for one connection only`);
      const bodyFor = serialiser(event, payload, options.stateVersion);
      const sent: Broadcasted = { clients: 0, seq: 0, payload: undefined };
      for (const session of this.#sessions.values()) {
        if (!this.#isAddressed(session, contract, options.only)) continue;
        const body = bodyFor(session.view.dialect);
        if (!body) continue;
        sent.clients += 1;
        sent.seq = session.nextSeq();
        sent.payload = body.payload;
        session.deliver(body.message(sent.seq), body.droppable);
      }
      if (sent.clients > 0) this.#told(event, sent, options.stateVersion);
      for (const session of slowestOver(this.#sessions, this.#maxTotalBufferedBytes)) {
        session.close(CLOSE.slowConsumer);
      }
    } catch (error) {
      this.#logger?.error("event not broadcast", { event, error });
    }
  }

  /** See `RpcServer.sendTo`. */
  sendTo<E extends EventName>(connId: string, event: E, payload: Events[E]): boolean {
    const session = this.#sessions.get(connId);
    if (!session) return false;
    try {
      const contract = contractOf(event);
      const { grant, dialect } = session.view;
      if (contract.dialects && !contract.dialects.includes(dialect)) return false;
      // Nodes hold no scopes: what is addressed to one is for it.
      if (grant.role === "operator" && !authorize(grant, contract.scope).ok) return false;
      const body = serialise(event, payload);
      const isQueued = session.deliver(body.message(), body.droppable);
      if (isQueued) this.#traffic?.sent?.({ event, payload, clients: 1, connId });
      return isQueued;
    } catch (error) {
      this.#logger?.error("event not sent", { event, connId, error });
      return false;
    }
  }

  #told(event: EventName, { clients, seq, payload }: Broadcasted, stateVersion?: StateVersion): void {
    // Every connection has numbers of its own.
    this.#traffic?.sent?.({ event, payload, clients, seq: clients === 1 ? seq : undefined, stateVersion });
  }

  #isAddressed(session: Session, contract: EventContract, only: BroadcastOptions["only"]): boolean {
    const { view } = session;
    if (!session.isOpen || !authorize(view.grant, contract.scope).ok) return false;
    if (contract.dialects && !contract.dialects.includes(view.dialect)) return false;
    return !only || this.#holds(only, view);
  }

  #holds(only: (connection: ConnectionView) => boolean, view: ConnectionView): boolean {
    try {
      return only(view);
    } catch (error) {
      this.#logger?.error("event filter failed", { connId: view.connId, error });
      return false;
    }
  }
}

function contractOf(event: string): EventContract {
  const contract = eventContract(event);
  if (!contract) throw new TypeError(`event ${event} has no contract`);
  return contract;
}

/** Serialises at the first receiver of a dialect, and once for both when the payload is the same. */
function serialiser<E extends EventName>(
  event: E,
  payload: BroadcastPayload<E>,
  stateVersion?: StateVersion,
) {
  const bodies = new Map<unknown, Body>();
  const payloads = new Map<Dialect, unknown>();
  return (dialect: Dialect): Body | undefined => {
    if (!payloads.has(dialect))
      payloads.set(dialect, typeof payload === "function" ? payload(dialect) : payload);
    const made = payloads.get(dialect);
    if (made === undefined) return undefined;
    const body = bodies.get(made) ?? serialise(event, made, stateVersion);
    bodies.set(made, body);
    return body;
  };
}

function serialise(event: EventName, payload: unknown, stateVersion?: StateVersion): Body {
  const { dropIfSlow } = contractOf(event);
  const { head, tail } = eventText({ event, payloadJson: JSON.stringify(payload), stateVersion });
  const encoded = Buffer.from(head);
  return {
    message: (seq) => [encoded, tail(seq)],
    payload,
    droppable: typeof dropIfSlow === "function" ? dropIfSlow(payload) : dropIfSlow,
  };
}
