import type { Difference } from "../matching/difference.ts";

/** Places where ours has nothing. */
export const nothing = (...places: readonly string[]): Difference[] =>
  places.map((place) => ({ at: place, ours: "nothing" }));
/** Places where ours has something the recording has not. */
export const more = (...places: readonly string[]): Difference[] =>
  places.map((place) => ({ at: place, ours: "something more" }));
/** A value that is just this. */
export const is =
  (value: unknown): ((received: unknown) => boolean) =>
  (received) =>
    received === value;
/** A list without items. */
export const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
/** The one file that holds all state. */
export const isSqliteFile = (value: unknown) => typeof value === "string" && value.endsWith("gateway.sqlite");

const HEALTH_PLACES = ["payload", "payload.snapshot.health"];
/** A place within health, as the answer, the event and part of the hello. */
export const inHealth = (place: string) => HEALTH_PLACES.map((health) => `${health}.${place}`);

/** A key of a session row of `status`; there are two lists. */
export const inStatusRow = (row: string, key: string) =>
  ["payload.sessions.recent", "payload.sessions.byAgent.0.recent"].map((list) => `${list}.${row}.${key}`);
