import type { HelloOk, HelloSnapshot, PresenceEntry } from "@openclaw/protocol";
import { scopeCovers, type EventFrame } from "@openclaw/protocol/wire";

/** What a gateway tells everyone about itself: from the hello, then from events, after a gap asked for anew. */
export interface GatewaySnapshot {
  /** `{}` when the gateway has taken no health yet. */
  readonly health: HelloSnapshot["health"];
  readonly presence: readonly PresenceEntry[];
}

/** The snapshot after an event; the same object when the event does not concern it. */
export function afterEvent(snapshot: GatewaySnapshot, { event, payload }: EventFrame): GatewaySnapshot {
  if (typeof payload !== "object" || payload === null) return snapshot;
  // The contracts of the two events say what their payloads hold.
  if (event === "health") return { ...snapshot, health: payload as GatewaySnapshot["health"] };
  if (event === "presence" && "presence" in payload && Array.isArray(payload.presence))
    return { ...snapshot, presence: payload.presence as GatewaySnapshot["presence"] };
  return snapshot;
}

/** Whether a connection may ask who is present; one whose scopes were not told may try. */
export function mayListPresence({ auth }: HelloOk): boolean {
  if (auth === undefined) return true;
  return auth.role === "operator" && scopeCovers(auth.scopes, "operator.read");
}
