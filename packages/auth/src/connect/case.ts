import type { ConnectParams, Dialect, Role } from "@openclaw/protocol";
import type { ConnectAttempt } from "../authenticator.ts";
import type { ClientBudget } from "../limiter/client-budget.ts";
import type { Peer } from "../peer/facts.ts";
import type { AuthPolicy } from "../policy.ts";

/** One connect under judgement, with what the first checks found out. Later checks add nothing to it. */
export interface ConnectCase {
  readonly attempt: ConnectAttempt;
  readonly policy: AuthPolicy;
  readonly peer: Peer;
  readonly client: ConnectParams["client"];
  readonly auth: NonNullable<ConnectParams["auth"]>;
  readonly dialect: Dialect;
  readonly role: Role;
  /** Scopes asked for, as far as they mean anything. */
  readonly asked: readonly string[];
  /** An `Origin` was sent, or the client says that it is a web page. */
  readonly isBrowser: boolean;
  /** The page was served by this very gateway on this very machine. */
  readonly isOwnOrigin: boolean;
  readonly budget: ClientBudget;
  /** Epoch ms. */
  readonly now: number;
}
