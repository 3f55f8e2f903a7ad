import { refusedWhileDraining, RpcError } from "@openclaw/protocol";
import type { RpcPhase } from "./options.ts";

/**
 * The one place where what a handler threw becomes a wire error. An `RpcError` says what it says; of anything else the
 * client learns nothing but that it failed: the original stays in `cause`, for the log.
 */
export function toRpcError(thrown: unknown): RpcError {
  if (thrown instanceof RpcError) return thrown;
  return new RpcError("UNAVAILABLE", "internal error", { cause: thrown });
}

/** `unknown method: <name>`; the name comes from the wire, so it is shortened and cannot break a log line. */
export function unknownMethod(name: string): RpcError {
  const printable = name.slice(0, 100).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "");
  return new RpcError("INVALID_REQUEST", `unknown method: ${printable}`);
}

/** All in-flight slots of the connection are taken. The call was not started, so it may be repeated as it is. */
export function tooManyCalls(): RpcError {
  return new RpcError("UNAVAILABLE", "too many calls in flight", { retryable: true, retryAfterMs: 250 });
}

/** Nobody is admitted in this phase; clients come back after `retryAfterMs` without bothering anybody. */
export function connectUnavailable(phase: Exclude<RpcPhase, "ready">): RpcError {
  if (phase === "starting") {
    return new RpcError("UNAVAILABLE", "gateway starting; retry shortly", {
      retryable: true,
      retryAfterMs: 500,
      details: { reason: "startup-sidecars" },
    });
  }
  return refusedWhileDraining("connect", "connect unavailable during gateway restart");
}
