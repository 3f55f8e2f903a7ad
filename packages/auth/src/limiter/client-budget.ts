import { clientKey } from "../peer/client-key.ts";
import type { Peer } from "../peer/facts.ts";
import type { AuthPolicy } from "../policy.ts";
import type { SampledLogger } from "./stranger-log.ts";
import type { AttemptClass, AttemptLimiter } from "./attempt-limiter.ts";

type Logger = Pick<SampledLogger, "warn">;

/** One client's side of the limiter. Clients the policy exempts are never locked and never counted. */
export interface ClientBudget {
  lockedForMs(kind: AttemptClass, subject?: string): number | undefined;
  fail(kind: AttemptClass, subject?: string): void;
  succeed(kind: AttemptClass, subject?: string): void;
}

const EXEMPT: ClientBudget = {
  lockedForMs: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

/** Where the budgets are kept, and who is exempt. */
export interface BudgetOptions {
  readonly limiter: AttemptLimiter;
  readonly policy: Pick<AuthPolicy, "rateLimit">;
  readonly logger?: Logger | undefined;
}

/**
 * The budget of a peer. Only direct local peers may be exempt, and never a browser: a page could guess from there
 * without limit (T-WEB-02). `subject` splits a class further, for secrets that exist once per device.
 */
export function budgetOf(peer: Peer, { limiter, policy, logger }: BudgetOptions): ClientBudget {
  if (policy.rateLimit.exemptLoopback && peer.isLocal && peer.origin === undefined) return EXEMPT;
  const client = clientKey(peer.clientIp);
  const key = (subject?: string) => (subject === undefined ? client : `${client} ${subject}`);
  return {
    lockedForMs: (kind, subject) => limiter.lockedForMs(kind, key(subject)),
    succeed: (kind, subject) => limiter.succeed(kind, key(subject)),
    fail(kind, subject) {
      limiter.fail(kind, key(subject));
      const lockedForMs = limiter.lockedForMs(kind, key(subject));
      if (lockedForMs !== undefined) logger?.warn("client locked out", { kind, client, lockedForMs });
    },
  };
}
