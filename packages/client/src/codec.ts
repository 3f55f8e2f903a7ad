import {
  parseServerFrame,
  type EventFrame,
  type RequestFrame,
  type ResponseFrame,
} from "@openclaw/protocol/wire";

/** Text of a request. Absent params are left out; the gateway reads that as `{}`. */
export function encodeRequest(id: string, method: string, params: unknown): string {
  const frame: RequestFrame = { type: "req", id, method, ...(params !== undefined && { params }) };
  return JSON.stringify(frame);
}

/** Reads one message of the gateway; `undefined` for what is neither response nor event. */
export function decodeFrame(text: string): ResponseFrame | EventFrame | undefined {
  return parseServerFrame(text);
}
