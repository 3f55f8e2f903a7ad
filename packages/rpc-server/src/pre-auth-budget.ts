import type { RpcLimits } from "./limits.ts";

/** What the budget asks of a socket that has not said who it is. */
export interface Stranger {
  /** Whether it still owes its first message: nothing is lost when it goes. */
  isParked(): boolean;
  /** Ends the socket to make room for somebody else. */
  vacate(): void;
}

/**
 * Counts the sockets that exist without having said who they are, per client and in total (T-DOS-01). A client that has
 * all its places gets one more in exchange for the one it has parked longest; when all places of everybody are taken,
 * whoever holds the most has to make room for a client that holds fewer, and nobody else for one that does not. So parked
 * sockets keep the next client out neither behind their own address nor anywhere else.
 */
export class PreAuthBudget {
  readonly #limits: Pick<RpcLimits, "preAuthSockets" | "preAuthSocketsPerPeer">;
  /** Places by client, oldest first. */
  readonly #held = new Map<string, Set<Stranger>>();
  #total = 0;

  constructor(limits: Pick<RpcLimits, "preAuthSockets" | "preAuthSocketsPerPeer">) {
    this.#limits = limits;
  }

  /** Takes a place. Returns the function that gives it back, or `undefined` when there is none. */
  take(client: string, stranger: Stranger): (() => void) | undefined {
    const own = this.#held.get(client)?.size ?? 0;
    const isFree = own < this.#limits.preAuthSocketsPerPeer && this.#total < this.#limits.preAuthSockets;
    const hasRoom = isFree || this.#makeRoomFor(own) || this.#vacateOf(client);
    if (!hasRoom) return undefined;
    this.#held.set(client, (this.#held.get(client) ?? new Set()).add(stranger));
    this.#total += 1;
    return () => this.#giveBack(client, stranger);
  }

  /** Taking from somebody who would then hold fewer than the newcomer would only turn the tables. */
  #makeRoomFor(own: number): boolean {
    if (own >= this.#limits.preAuthSocketsPerPeer) return false;
    const [client, places] = [...this.#held].reduce((most, each) =>
      each[1].size > most[1].size ? each : most,
    );
    return places.size > own + 1 && this.#vacateOf(client);
  }

  /** Ends the socket a client has parked longest. */
  #vacateOf(client: string): boolean {
    const oldest = [...(this.#held.get(client) ?? [])].find((place) => place.isParked());
    if (oldest === undefined) return false;
    this.#giveBack(client, oldest);
    oldest.vacate();
    return true;
  }

  #giveBack(client: string, place: Stranger): void {
    const places = this.#held.get(client);
    if (!places?.delete(place)) return;
    this.#total -= 1;
    if (places.size === 0) this.#held.delete(client);
  }
}
