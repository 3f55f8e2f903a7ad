import type { Wire } from "./wire.ts";

const HEALTH = { type: "req", id: "r1", method: "health" };

/** What recorders described instead of storing it. */
const NOTES: Readonly<Record<string, () => string | Buffer>> = {
  "2 MiB health request before connect": () =>
    JSON.stringify({ ...HEALTH, id: "c1", params: { padding: "x".repeat(2 * 1024 * 1024) } }),
  "text frame of 26214400+ bytes (over maxPayload)": () =>
    JSON.stringify({ ...HEALTH, params: { padding: "x".repeat(26_214_400) } }),
  "binary message carrying the UTF-8 JSON of {type:req,id:r1,method:health}": () =>
    Buffer.from(JSON.stringify(HEALTH)),
};

const MIB = 1024 * 1024;

/** Does what a note of the recorder says. */
export async function playNote(note: string, wire: Wire): Promise<void> {
  // An answer has the id of its request, so that a long id makes a long answer. The gateway's limit is lower here; what
  // the kernel holds in either direction, some 10 MiB, comes on top.
  if (note === "client stops reading and requests more than 50 MiB of responses")
    return wire.whileStalled(
      Array.from({ length: 32 }, () => JSON.stringify({ ...HEALTH, id: "x".repeat(MIB) })),
    );
  const message = NOTES[note];
  if (!message) throw new Error(`nobody knows how to play the note "${note}"`);
  wire.send(message());
}
