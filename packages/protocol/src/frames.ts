import * as v from "valibot";

import type { ErrorShape } from "./errors.ts";
import { jsonExcess } from "./json-guard.ts";
import { LIMITS } from "./limits.ts";
import { intFrom, nonEmpty, shortText } from "./schemas.ts";
import { parseValue } from "./validation.ts";
import type { Dialect } from "./version.ts";

/** A call: `{"type":"req","id":"1","method":"health","params":{}}`. */
export interface RequestFrame {
  readonly type: "req";
  /** Chosen by the client, echoed in every answer. */
  readonly id: string;
  readonly method: string;
  readonly params?: unknown;
  /** W3C trace context; dialect 4 only, and only when it is well-formed. */
  readonly traceparent?: string;
}

/** An answer: `{"type":"res","id":"1","ok":true,"payload":{}}`. A failed final answer may carry payload and error. */
export interface ResponseFrame {
  readonly type: "res";
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: ErrorShape;
}

/** Versions of the two snapshots a client may hold; both only grow while the gateway runs. */
export interface StateVersion {
  readonly presence: number;
  readonly health: number;
}

/** A push: `{"type":"event","event":"tick","payload":{"ts":1},"seq":7}`. Targeted events carry no `seq`. */
export interface EventFrame {
  readonly type: "event";
  readonly event: string;
  readonly payload?: unknown;
  readonly seq?: number;
  readonly stateVersion?: StateVersion;
}

/** What a client's message turned out to be. */
export type RequestParse =
  | { readonly kind: "request"; readonly frame: RequestFrame }
  | { readonly kind: "not-json" }
  /** `id` is what the answer must echo: the frame's own, of whatever type, else `"invalid"`. */
  | { readonly kind: "invalid"; readonly id: unknown; readonly issues: string };

const requestEntries = {
  type: v.literal("req"),
  id: nonEmpty,
  method: nonEmpty,
  params: v.optional(v.unknown()),
};
const REQUEST_3 = v.strictObject(requestEntries);
const REQUEST_4 = v.strictObject({
  ...requestEntries,
  traceparent: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.traceparentChars))),
  // Only means something to gateways that bind profiles; clients of this line may send it to any.
  expectedProfileId: v.optional(shortText(128)),
});

/** A request frame by dialect. */
export const REQUEST_FRAMES = { 3: REQUEST_3, 4: REQUEST_4 } as const;

/**
 * Reads one message of a client. Without a dialect (before the handshake) the wider frame of dialect 4 is accepted,
 * described in the words of dialect 3.
 *
 * Docs: protocol.md#frames
 */
export function parseRequestFrame(text: string, dialect?: Dialect): RequestParse {
  const excess = jsonExcess(text);
  if (excess) return { kind: "invalid", id: "invalid", issues: excess };
  const json = parseJson(text);
  if (json === NOT_JSON) return { kind: "not-json" };
  const parsed = parseValue(dialect === 3 ? REQUEST_3 : REQUEST_4, json, dialect);
  if (!parsed.ok) return { kind: "invalid", id: idOf(json), issues: parsed.text };
  const { type, id, method, params } = parsed.value;
  const traceparent = "traceparent" in parsed.value ? parsed.value.traceparent : undefined;
  return {
    kind: "request",
    frame: {
      type,
      id,
      method,
      ...(params !== undefined && { params }),
      ...(isTraceparent(traceparent) && { traceparent }),
    },
  };
}

/** A response frame; a newer gateway may add keys. */
export const RESPONSE_FRAME = v.looseObject({
  type: v.literal("res"),
  id: v.string(),
  ok: v.boolean(),
  payload: v.optional(v.unknown()),
  error: v.optional(
    v.looseObject({
      code: nonEmpty,
      message: nonEmpty,
      details: v.optional(v.unknown()),
      retryable: v.optional(v.boolean()),
      retryAfterMs: v.optional(intFrom(0)),
    }),
  ),
});
/** An event frame; a newer gateway may add keys. */
export const EVENT_FRAME = v.looseObject({
  type: v.literal("event"),
  event: nonEmpty,
  payload: v.optional(v.unknown()),
  seq: v.optional(intFrom(0)),
  stateVersion: v.optional(v.looseObject({ presence: intFrom(0), health: intFrom(0) })),
});
const SERVER_FRAME = v.variant("type", [RESPONSE_FRAME, EVENT_FRAME]);

/**
 * Reads one message of a gateway; `undefined` for anything that is no response or event. Keys a newer gateway adds to
 * a frame are tolerated.
 */
export function parseServerFrame(text: string): ResponseFrame | EventFrame | undefined {
  const json = parseJson(text);
  if (json === NOT_JSON || !v.is(SERVER_FRAME, json)) return undefined;
  // valibot writes `?: T | undefined`; parsed JSON holds no undefined, so the stricter frame types hold.
  return json as ResponseFrame | EventFrame;
}

/** What {@link encodeResponse} takes. `id` is echoed as it came, even if it is no string. */
export type ResponseParts =
  | { readonly id: unknown; readonly ok: true; readonly payload?: unknown }
  | { readonly id: unknown; readonly ok: false; readonly error: ErrorShape; readonly payload?: unknown };

/** The text of a response frame. */
export function encodeResponse(response: ResponseParts): string {
  const { id, ok, payload } = response;
  return JSON.stringify({ type: "res", id, ok, payload, ...(!response.ok && { error: response.error }) });
}

/** What every copy of an event frame says. */
export interface EventParts {
  readonly event: string;
  /** Serialised already; absent for an event without payload. */
  readonly payloadJson: string | undefined;
  readonly stateVersion?: StateVersion | undefined;
}

/** The text of an event frame in two parts, the second with its number, which differs from connection to connection. */
export interface EventText {
  /** The long part: a broadcast encodes it once, not once per connection. */
  readonly head: string;
  tail(seq?: number): string;
}

/** The text of an event frame. */
export function eventText({ event, payloadJson, stateVersion }: EventParts): EventText {
  const payload = payloadJson === undefined ? "" : `,"payload":${payloadJson}`;
  const end = stateVersion === undefined ? "}" : `,"stateVersion":${JSON.stringify(stateVersion)}}`;
  return {
    head: `{"type":"event","event":${JSON.stringify(event)}${payload}`,
    tail: (seq) => (seq === undefined ? end : `,"seq":${seq}${end}`),
  };
}

/** One event frame. */
export function encodeEvent(event: string, payloadJson: string | undefined, seq?: number): string {
  const { head, tail } = eventText({ event, payloadJson });
  return head + tail(seq);
}

/** W3C trace context, level 1. Another text is no reason to refuse a call: it is as if there were none. */
function isTraceparent(text: string | undefined): text is string {
  return (
    text !== undefined && /^(?!ff)[\da-f]{2}(-(?!0+-)[\da-f]{32})(-(?!0+-)[\da-f]{16})-[\da-f]{2}$/.test(text)
  );
}

const NOT_JSON = Symbol("not JSON");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function idOf(json: unknown): unknown {
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "id")) return "invalid";
  return (json as { readonly id: unknown }).id;
}
