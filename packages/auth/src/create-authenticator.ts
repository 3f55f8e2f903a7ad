import { randomUUID } from "node:crypto";
import type { Authenticator } from "./authenticator.ts";
import { judgeConnect } from "./connect/judge-connect.ts";
import type { TailnetWhois } from "./credentials/tailnet.ts";
import { createDeviceDesk } from "./desk/create-device-desk.ts";
import { DeviceRegistry } from "./devices/device-registry.ts";
import { DeviceTokens } from "./devices/device-tokens.ts";
import { KeyedLock } from "./devices/keyed-lock.ts";
import { PendingRequests } from "./devices/pending-requests.ts";
import type { DeviceStore } from "./devices/store.ts";
import { judgeHttp } from "./http/judge-http.ts";
import { AttemptLimiter } from "./limiter/attempt-limiter.ts";
import { budgetOf } from "./limiter/client-budget.ts";
import { StrangerLog } from "./limiter/stranger-log.ts";
import type { Peer } from "./peer/facts.ts";
import { isDirectLoopback, resolvePeer } from "./peer/resolve-peer.ts";
import type { AuthPolicy } from "./policy.ts";
import { DeviceEndings } from "./standing/device-endings.ts";
import { standingOf } from "./standing/standing.ts";

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
  /** Confirms users of the tailnet. @default nobody is confirmed */
  readonly whois?: TailnetWhois;
}

/**
 * Creates the one judge of who gets in, for WebSocket and HTTP alike.
 *
 * @throws {AuthError} TOKEN_KEY_LENGTH
 *
 * Docs: protocol.md#handshake
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { policy, devices: store, tokenKey, now = Date.now, newId = randomUUID, logger, whois } = options;
  const limiter = new AttemptLimiter({ policy: () => policy().rateLimit, now });
  const tokens = new DeviceTokens(tokenKey);
  const requests = new PendingRequests({ store, now, newId });
  const endings = new DeviceEndings();
  const shared = { store, requests, lock: new KeyedLock(), tokens, now, logger };
  const registry = new DeviceRegistry({ ...shared, newId });
  const strangers = new StrangerLog(logger, now);
  const budget = (peer: Peer, live: AuthPolicy) =>
    budgetOf(peer, { limiter, policy: live, logger: strangers.of(peer.clientIp) });
  return {
    async connect(attempt) {
      const judgedBy = policy();
      const since = endings.position;
      const { peer, facts } = attempt;
      if (isDirectLoopback(peer) && !peer.isLocal)
        strangers.of(peer.clientIp).warn("loopback peer counts as remote", { host: peer.host });
      const context = { policy: judgedBy, registry, budget: budget(peer, judgedBy), whois, now: now() };
      const judgement = await judgeConnect(attempt, context);
      if (!judgement.ok) return judgement;
      const { grant } = judgement;
      return { ...judgement, standing: standingOf({ grant, facts, judgedBy, policy, endings, since, now }) };
    },
    http(facts) {
      const live = policy();
      const peer = resolvePeer(facts, live);
      return judgeHttp(facts, { policy: live, peer, budget: budget(peer, live), now: now() });
    },
    devices: createDeviceDesk({ ...shared, endings }),
    close: () => limiter.clear(),
  };
}
