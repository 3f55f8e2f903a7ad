import { scopeCovers } from "@openclaw/protocol";
import { principalKey } from "../grant.ts";
import type { DeskAnswer, DeskCaller, DeskRefusal } from "./device-desk.ts";

/**
 * Whether the caller came by the token of a device and may therefore look after that one only (T-PAIR-04). Who showed
 * the shared secret is the owner, whatever device it used and however few scopes it asked for.
 */
export function isBoundToDevice({ method, scopes }: Pick<DeskCaller, "method" | "scopes">): boolean {
  return method === "device-token" && !scopeCovers(scopes, "operator.admin");
}

/** Whether a holder of `operator.pairing` may learn of this device, in lists and events alike. */
export function maySeeDevice(caller: DeskCaller, deviceId: string): boolean {
  return !isBoundToDevice(caller) || caller.deviceId === deviceId;
}

/**
 * The first of these scopes that the caller lacks itself and therefore cannot hand out (G5). Words of nodes are no
 * permissions of operators: anybody may pass them on.
 */
export function firstNotHeld({ scopes }: DeskCaller, handedOut: readonly string[]): string | undefined {
  return handedOut.find((scope) => scope.startsWith("operator.") && !scopeCovers(scopes, scope));
}

/** What a log line says about who did something. */
export function loggedCaller({ principal, traceparent }: DeskCaller): {
  readonly by: string;
  readonly traceparent?: string;
} {
  return { by: principalKey(principal), ...(traceparent !== undefined && { traceparent }) };
}

export function refuse(refusal: DeskRefusal): DeskAnswer<never> {
  return { ok: false, refusal };
}

export const UNKNOWN: DeskAnswer<never> = refuse({ kind: "unknown" });
export const DENIED: DeskAnswer<never> = refuse({ kind: "denied" });
