import { clientKey, principalKey } from "@openclaw/auth";
import { RpcError } from "@openclaw/protocol";
import type { RpcServerOptions } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import type { Logger } from "../options.ts";
import type { WriteBudget, WriteBudgetLimits } from "./write-budget.ts";

export interface WriteCharging {
  readonly budget: WriteBudget;
  /** Read anew for every call. */
  readonly limits: () => WriteBudgetLimits;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Counts the writes of each caller by method, and says no when one has none left. Docs: protocol.md#write-budget */
export function chargeWrites(charging: WriteCharging): NonNullable<RpcServerOptions["charge"]> {
  const { budget, now, logger } = charging;
  return (method, caller) => {
    const { connId, grant, peer } = caller.connection;
    const limits = charging.limits();
    const key = `${method} ${principalKey(grant.principal)} ${clientKey(peer.clientIp)}`;
    const retryAfterMs = budget.spend(key, limits, now());
    if (retryAfterMs === undefined) return undefined;
    const facts = `method=${method} ${actorOf(caller)} conn=${connId}`;
    logger.warn(`control-plane write rate-limited ${facts} retryAfterMs=${retryAfterMs}`);
    const seconds = Math.ceil(retryAfterMs / 1000);
    return new RpcError("UNAVAILABLE", `rate limit exceeded for ${method}; retry after ${seconds}s`, {
      retryable: true,
      retryAfterMs,
      details: { method, limit: `${limits.maxCalls} per ${Math.round(limits.windowMs / 1000)}s` },
    });
  };
}
