import { type Link } from "../links/link.ts";
import { type LinkSocket, openLinkSocket } from "../links/link-socket.ts";
import { type Packet, readPacket } from "../packets/read-packet.ts";
import { type OwnRecord, writeQuery, writeResponse } from "../packets/write-packet.ts";
import { type AnnouncedService, recordsOf } from "./service.ts";
import { serviceName } from "../packets/service-type.ts";

/** What a voice needs. */
export interface LinkVoiceOptions {
  readonly link: Link;
  /** UDP port. @default 5353 */
  readonly port?: number;
  readonly onPacket: (packet: Packet) => void;
  readonly onProblem: (problem: unknown) => void;
}

/** Packets about gateways that are read each second; the rest of a flood is let go by. */
const MAX_PACKETS_PER_SECOND = 50;
/** The same is not told twice within this time, however many ask. */
const PAUSE_MS = 1_000;
/** Answers wait this long at least, and up to as long again at random, so that not all neighbours answer at once. */
const DELAY_MS = 20;
const JITTER_MS = 100;

/** What we say on one link. Nobody is ever answered alone, so no stranger can send our answers to somebody else. */
export class LinkVoice {
  readonly #socket: LinkSocket;
  #answer: ReturnType<typeof setTimeout> | undefined;
  #toldAt = -Infinity;

  private constructor(socket: LinkSocket) {
    this.#socket = socket;
  }

  /** @throws as {@link openLinkSocket} */
  static async open({ onPacket, onProblem, ...place }: LinkVoiceOptions): Promise<LinkVoice> {
    let second = 0;
    let count = 0;
    const socket = await openLinkSocket({
      ...place,
      onProblem,
      onPacket: (bytes) => {
        const now = Math.floor(performance.now() / 1_000);
        if (now !== second) [second, count] = [now, 0];
        if (++count > MAX_PACKETS_PER_SECOND) return;
        try {
          const packet = readPacket(bytes);
          if (packet !== undefined) onPacket(packet);
        } catch (error) {
          // Whatever a neighbour sends, the gateway goes on.
          onProblem(error);
        }
      },
    });
    return new LinkVoice(socket);
  }

  get address(): string {
    return this.#socket.link.address;
  }

  /** Asks whether the names of a service are free. */
  probe(service: AnnouncedService): Promise<void> {
    const questions = [
      { name: serviceName(service.instance), type: "SRV" as const },
      { name: service.host, type: "A" as const },
    ];
    const claims = this.#records(service).filter(({ type }) => type !== "PTR");
    return this.#socket.send(writeQuery(questions, claims));
  }

  /** Tells everybody at once. */
  async tell(service: AnnouncedService): Promise<void> {
    this.#toldAt = performance.now();
    await this.#socket.send(writeResponse(this.#records(service)));
  }

  /** Tells everybody soon, as somebody asked. */
  answer(service: AnnouncedService): void {
    if (this.#answer !== undefined) return;
    const restMs = this.#toldAt + PAUSE_MS - performance.now();
    const waitMs = Math.max(restMs, DELAY_MS + Math.random() * JITTER_MS);
    this.#answer = setTimeout(() => {
      this.#answer = undefined;
      void this.tell(service);
    }, waitMs);
  }

  /** Takes back what was told. */
  async takeBack(service: AnnouncedService): Promise<void> {
    this.#silence();
    await this.#socket.send(writeResponse(this.#records(service, 0)));
  }

  /** Idempotent. */
  close(): void {
    this.#silence();
    this.#socket.close();
  }

  #silence(): void {
    clearTimeout(this.#answer);
    this.#answer = undefined;
  }

  #records(service: AnnouncedService, ttl?: number): OwnRecord[] {
    return recordsOf(service, this.address, ttl);
  }
}
