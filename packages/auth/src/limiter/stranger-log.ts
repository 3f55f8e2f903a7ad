import { clientKey } from "../peer/client-key.ts";

type Logger = Pick<Console, "debug" | "warn" | "error">;
type Meta = Readonly<Record<string, unknown>>;

/** Where lines about one client go. */
export type SampledLogger = Readonly<Record<keyof Logger, (message: string, meta: Meta) => void>>;

const WINDOW_MS = 60_000;
const LINES_PER_CLIENT = 20;
const LINES = 100;

/**
 * Tells operators about people who have not proved who they are, without letting them fill the log (T-DOS-11): every
 * client has its share of lines a minute, so that a loud one hides no other, and there is a share for all of them. What
 * is left out is counted, and told with the next line.
 */
export class StrangerLog {
  readonly #logger: Logger | undefined;
  readonly #now: () => number;
  /** Lines of this window by client; no more clients than lines. */
  readonly #lines = new Map<string, number>();
  #total = 0;
  #suppressed = 0;
  #windowEndsAt = 0;

  constructor(logger: Logger | undefined, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  /** The log for lines about the client at an address. */
  of(address: string): SampledLogger {
    const write = (level: keyof Logger) => (message: string, meta: Meta) => {
      if (this.#take(clientKey(address))) this.#logger?.[level](message, meta);
    };
    return { debug: write("debug"), warn: write("warn"), error: write("error") };
  }

  #take(client: string): boolean {
    const now = this.#now();
    if (now >= this.#windowEndsAt) this.#startWindow(now);
    const own = this.#lines.get(client) ?? 0;
    if (own >= LINES_PER_CLIENT || this.#total >= LINES) {
      this.#suppressed += 1;
      return false;
    }
    this.#lines.set(client, own + 1);
    this.#total += 1;
    return true;
  }

  #startWindow(now: number): void {
    if (this.#suppressed > 0)
      this.#logger?.warn("more refusals were not logged", { count: this.#suppressed });
    this.#windowEndsAt = now + WINDOW_MS;
    this.#lines.clear();
    this.#total = 0;
    this.#suppressed = 0;
  }
}
