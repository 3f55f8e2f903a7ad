import { APPROVAL_EVENTS } from "./approvals.ts";
import type { EventContract } from "./define.ts";
import { DEVICE_EVENTS } from "./devices.ts";
import { GATEWAY_EVENTS } from "./gateway.ts";
import { NODE_EVENTS } from "./nodes.ts";
import { RUN_EVENTS } from "./runs.ts";
import { SESSION_EVENTS } from "./sessions.ts";
import { STATUS_EVENTS } from "./status.ts";
import { TALK_EVENTS } from "./talk.ts";

/**
 * Every event this build has a contract for. `features.events` lists those a gateway really emits.
 *
 * Docs: protocol.md#events
 */
export const EVENTS = {
  "connect.challenge": GATEWAY_EVENTS["connect.challenge"],
  ...RUN_EVENTS,
  ...SESSION_EVENTS,
  presence: STATUS_EVENTS.presence,
  tick: GATEWAY_EVENTS.tick,
  "talk.mode": TALK_EVENTS["talk.mode"],
  shutdown: GATEWAY_EVENTS.shutdown,
  health: STATUS_EVENTS.health,
  heartbeat: STATUS_EVENTS.heartbeat,
  ...NODE_EVENTS,
  ...DEVICE_EVENTS,
  "voicewake.changed": TALK_EVENTS["voicewake.changed"],
  ...APPROVAL_EVENTS,
};

type PayloadOf<C> = C extends EventContract<infer P> ? P : never;
type EventMap = { readonly [E in keyof typeof EVENTS]: PayloadOf<(typeof EVENTS)[E]> };

/** Event name to payload; extended by module augmentation like `Methods`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an interface, because only those can be augmented
export interface Events extends EventMap {}

/** Name of an event with a known contract. */
export type EventName = keyof Events;

/** Looks a contract up by a name that came over the wire. */
export function eventContract(name: string): EventContract | undefined {
  return BY_NAME.get(name);
}

// Payload types differ per entry; a lookup by runtime name can only promise "some payload".
const BY_NAME: ReadonlyMap<string, EventContract> = new Map(
  Object.entries(EVENTS) as [string, EventContract][],
);
