/** Wire protocol versions this package describes, oldest first. */
export const PROTOCOL_VERSIONS = [3, 4] as const;

/** A wire protocol version; fixed per connection by the handshake. */
export type Dialect = (typeof PROTOCOL_VERSIONS)[number];

/** Newest version, preferred whenever the client's range reaches it. */
export const PROTOCOL_VERSION = 4;

/** Oldest version still spoken. */
export const MIN_PROTOCOL_VERSION = 3;

/**
 * Picks the dialect for a client that accepts versions `min` to `max`: the newest common one, or `undefined` when
 * the ranges do not meet.
 *
 * Docs: protocol.md#negotiation
 */
export function negotiateDialect(min: number, max: number): Dialect | undefined {
  const highest = Math.min(PROTOCOL_VERSION, max);
  return PROTOCOL_VERSIONS.find((version) => version === highest && version >= min);
}
