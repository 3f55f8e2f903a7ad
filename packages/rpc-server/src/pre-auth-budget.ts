import type { RpcLimits } from "./limits.ts";

/** A socket that has not said who it is. */
interface Place {
  /** Ends the socket to make room for somebody else. */
  readonly vacate: () => void;
}

/**
 * Counts the sockets that exist without having said who they are, per client and in total (T-DOS-01). When all places
 * are taken, whoever holds the most has to make room for a client that holds fewer: a crowd of parked sockets
 * cannot keep the next client out.
 */
export class PreAuthBudget {
  readonly #limits: Pick<RpcLimits, "preAuthSockets" | "preAuthSocketsPerPeer">;
  /** Places by client, oldest first. */
  readonly #held = new Map<string, Set<Place>>();
  #total = 0;

  constructor(limits: Pick<RpcLimits, "preAuthSockets" | "preAuthSocketsPerPeer">) {
    this.#limits = limits;
  }

  /** Takes a place. Returns the function that gives it back, or `undefined` when there is none. */
  take(client: string, vacate: () => void): (() => void) | undefined {
    const own = this.#held.get(client)?.size ?? 0;
    if (own >= this.#limits.preAuthSocketsPerPeer) return undefined;
    if (this.#total >= this.#limits.preAuthSockets && !this.#makeRoomFor(own)) return undefined;
    const place: Place = { vacate };
    this.#held.set(client, (this.#held.get(client) ?? new Set()).add(place));
    this.#total += 1;
    return () => this.#giveBack(client, place);
  }

  /** Taking from somebody who would then hold fewer than the newcomer would only turn the tables. */
  #makeRoomFor(own: number): boolean {
    const [client, places] = [...this.#held].reduce((most, each) =>
      each[1].size > most[1].size ? each : most,
    );
    const [oldest] = places;
    if (oldest === undefined || places.size <= own + 1) return false;
    this.#giveBack(client, oldest);
    oldest.vacate();
    return true;
  }

  #giveBack(client: string, place: Place): void {
    const places = this.#held.get(client);
    if (!places?.delete(place)) return;
    this.#total -= 1;
    if (places.size === 0) this.#held.delete(client);
  }
}
