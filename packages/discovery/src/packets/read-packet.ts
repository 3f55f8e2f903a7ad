import { decode } from "dns-packet";
import * as v from "valibot";

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const common = { name, ttl: v.number() };

const RecordSchema = v.variant("type", [
  v.object({ ...common, type: v.literal("PTR"), data: name }),
  v.object({ ...common, type: v.literal("SRV"), data: v.object({ port: v.number(), target: name }) }),
  v.object({ ...common, type: v.literal("TXT"), data: v.array(v.instance(Uint8Array)) }),
  v.object({ ...common, type: v.literal("A"), data: v.pipe(v.string(), v.ipv4()) }),
]);
const QuestionSchema = v.object({ name, type: v.string() });

/** A record that tells of services; `ttl` in seconds, 0 takes it back. */
export type ServiceRecord = v.InferOutput<typeof RecordSchema>;
/** What somebody wants to know. */
export type Question = v.InferOutput<typeof QuestionSchema>;

/** A packet, as far as it is about services like ours. */
export interface Packet {
  readonly isResponse: boolean;
  readonly questions: readonly Question[];
  /** Of a response: what it tells. Of a query: what the asker knows already. */
  readonly records: readonly ServiceRecord[];
  /** Of a query: what the asker is about to claim. */
  readonly claims: readonly ServiceRecord[];
}

const HEADER_BYTES = 12;
/** More than any gateway needs, and read in a millisecond or two. */
const MAX_ENTRIES = 128;
/** Part of every name that we ask for or claim. */
const OURS = "openclaw";

/**
 * Reads a packet of anybody's. Undefined for what is none, or has nothing to do with gateways: that is seen without
 * reading it, so that the talk of a whole network costs next to nothing.
 */
export function readPacket(bytes: Buffer): Packet | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.toString("latin1").toLowerCase().includes(OURS)) return undefined;
  // Counts are claims, too: the library would make room for whatever they say.
  const entries = [4, 6, 8, 10].reduce((sum, offset) => sum + bytes.readUInt16BE(offset), 0);
  if (entries > MAX_ENTRIES) return undefined;
  try {
    const { type, questions = [], answers = [], authorities = [], additionals = [] } = decode(bytes);
    return {
      isResponse: type === "response",
      questions: questions.filter((question) => v.is(QuestionSchema, question)),
      records: [...answers, ...additionals].filter((record) => v.is(RecordSchema, record)),
      claims: authorities.filter((record) => v.is(RecordSchema, record)),
    };
  } catch {
    return undefined;
  }
}
