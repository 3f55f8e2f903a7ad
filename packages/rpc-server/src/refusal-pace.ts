import { clientKey, type Peer } from "@openclaw/auth";

const WINDOW_MS = 60_000;
/** Refusals of one client in a window that are answered at once. */
const FREE = 30;
const FIRST_HOLD_MS = 250;
const LONGEST_HOLD_MS = 1_000;
/** Clients remembered at the same time; the one that was refused longest ago is forgotten first. */
const MAX_CLIENTS = 10_000;

/**
 * Says how long the next refusal of a client that does not speak the protocol is held back: not at all, until it was
 * refused again and again within a minute. A client that comes back without pausing is slowed down; its neighbours, and
 * its own right connects, are not (T-DOS-11). Programs of this machine are left alone; guessing has limits of its own.
 */
export class RefusalPace {
  readonly #now: () => number;
  /** Most recently refused last. */
  readonly #clients = new Map<string, { readonly endsAt: number; count: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a refusal. Returns how many ms to wait before it is answered. */
  next(peer: Peer): number {
    if (peer.isLocal && peer.origin === undefined) return 0;
    const client = clientKey(peer.clientIp);
    const now = this.#now();
    const known = this.#clients.get(client);
    const entry = known !== undefined && now < known.endsAt ? known : { endsAt: now + WINDOW_MS, count: 0 };
    entry.count += 1;
    this.#remember(client, entry);
    const excess = entry.count - FREE;
    return excess <= 0 ? 0 : Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (excess - 1));
  }

  #remember(client: string, entry: { readonly endsAt: number; count: number }): void {
    this.#clients.delete(client);
    this.#clients.set(client, entry);
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MAX_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
  }
}
