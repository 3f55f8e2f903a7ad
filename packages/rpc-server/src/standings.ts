import type { Standing } from "@openclaw/auth";
import type { Logger } from "./options.ts";
import type { Session } from "./session.ts";
import { startTick } from "./tick.ts";

/** What admitted each session, watched as long as the session lives: nobody stays after it has ended (G6). */
export class Standings {
  readonly #standings = new Map<Session, Standing>();
  readonly #logger: Logger | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  add(session: Session, standing: Standing): void {
    this.#standings.set(session, standing);
  }

  delete(session: Session): void {
    this.#standings.delete(session);
  }

  /** Asks at every interval until the returned function is called. Does not hold the process. */
  start(intervalMs: number): () => void {
    const stop = startTick(intervalMs, () => this.#recheck());
    return () => {
      stop();
      if (this.#soon) clearImmediate(this.#soon);
    };
  }

  /** Asks once the answers of this turn are out: who ends its own admission still reads that it worked. */
  recheckSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#recheck();
    });
  }

  #recheck(): void {
    for (const [session, standing] of this.#standings) {
      const end = standing();
      if (end === undefined) continue;
      const { connId, grant } = session.view;
      this.#logger?.info("client invalidated", { connId, principal: grant.principal, reason: end.reason });
      session.expel(end);
    }
  }
}
