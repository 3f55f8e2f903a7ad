import * as v from "valibot";

import { idempotencyKey, shortText } from "../schemas.ts";

/** Longest text a node passes on for an agent, in characters. */
const MAX_TEXT_CHARS = 20_000;

const sessionKey = shortText(512);
const said = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TEXT_CHARS));
const word = v.optional(v.nullable(v.string()));

const watching = v.looseObject({ sessionKey });
/** What became of a command line on the node. */
const execution = v.looseObject({
  sessionKey: v.optional(sessionKey),
  /** Names the execution in all of its events. */
  runId: word,
  command: word,
  exitCode: v.optional(v.nullable(v.number())),
  timedOut: v.optional(v.boolean()),
  /** The end of what it wrote. */
  output: word,
  /** Why it did not run. */
  reason: word,
});

const NODE_EVENTS = v.variant("event", [
  v.object({ event: v.literal("chat.subscribe"), payload: watching }),
  v.object({ event: v.literal("chat.unsubscribe"), payload: watching }),
  v.object({
    event: v.literal("agent.request"),
    payload: v.looseObject({
      message: said,
      /** @default the main session of the default agent */
      sessionKey: v.optional(sessionKey),
      thinking: v.optional(shortText(64)),
      timeoutSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      /** The run's id; one that is repeated starts no other run. @default a new one */
      idempotencyKey: v.optional(idempotencyKey),
    }),
  }),
  v.object({
    event: v.literal("voice.transcript"),
    payload: v.looseObject({ text: said, sessionKey: v.optional(sessionKey) }),
  }),
  v.object({ event: v.literal("exec.started"), payload: execution }),
  v.object({ event: v.literal("exec.finished"), payload: execution }),
  v.object({ event: v.literal("exec.denied"), payload: execution }),
]);

/** What a node tells by itself and something comes of. Docs: protocol.md#node-events */
export type NodeEvent = v.InferOutput<typeof NODE_EVENTS>;

/** Reads an event of a node; undefined when nothing can come of it: an unknown name, or a payload it cannot have. */
export function parseNodeEvent(event: string, payload: unknown): NodeEvent | undefined {
  // A list is an object, too, without any of the fields.
  if (Array.isArray(payload)) return undefined;
  const parsed = v.safeParse(NODE_EVENTS, { event, payload });
  return parsed.success ? parsed.output : undefined;
}
