import { randomUUID } from "node:crypto";
import type { Authenticator } from "./authenticator.ts";
import { judgeConnect } from "./connect/judge-connect.ts";
import { DeviceRegistry } from "./devices/device-registry.ts";
import { DeviceTokens } from "./devices/device-tokens.ts";
import type { DeviceStore } from "./devices/store.ts";
import { judgeHttp } from "./http/judge-http.ts";
import { AttemptLimiter } from "./limiter/attempt-limiter.ts";
import { budgetOf } from "./limiter/client-budget.ts";
import type { Peer } from "./peer/facts.ts";
import { isDirectLoopback, resolvePeer } from "./peer/resolve-peer.ts";
import type { AuthPolicy } from "./policy.ts";

/** Where the package writes what operators should see. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** Parts an authenticator is made of. */
export interface AuthenticatorOptions {
  /** The live policy, read for every decision: a reload counts for the next connect. */
  readonly policy: () => AuthPolicy;
  readonly devices: DeviceStore;
  /** 32 secret random bytes that device tokens are derived from. Losing them ends every device token. */
  readonly tokenKey: Uint8Array;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /** Ids of pairing requests. @default randomUUID */
  readonly newId?: () => string;
  readonly logger?: Logger;
}

/**
 * Creates the one judge of who gets in, for WebSocket and HTTP alike.
 *
 * @throws {AuthError} TOKEN_KEY_LENGTH
 *
 * Docs: protocol.md#handshake
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { policy, devices, tokenKey, now = Date.now, newId = randomUUID, logger } = options;
  const limiter = new AttemptLimiter({ policy: () => policy().rateLimit, now });
  const tokens = new DeviceTokens(tokenKey);
  const registry = new DeviceRegistry({ store: devices, tokens, now, newId, logger });
  const budget = (peer: Peer, live: AuthPolicy) => budgetOf(peer, { limiter, policy: live, logger });
  return {
    connect(attempt) {
      const live = policy();
      const { isLocal, host } = attempt.peer;
      if (isDirectLoopback(attempt.peer) && !isLocal)
        logger?.warn("loopback peer counts as remote", { host });
      return judgeConnect(attempt, {
        policy: live,
        registry,
        budget: budget(attempt.peer, live),
        now: now(),
      });
    },
    http(facts) {
      const live = policy();
      const peer = resolvePeer(facts, live);
      return judgeHttp(facts, { policy: live, peer, budget: budget(peer, live) });
    },
    close: () => limiter.clear(),
  };
}
