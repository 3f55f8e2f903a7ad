import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type Message, textFrame } from "./text-frame.ts";

let server: WebSocketServer;
let client: WebSocket;
let write: (bytes: Buffer) => void;
beforeAll(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (_, { socket }) => (write = (bytes) => socket.write(bytes)));
  await once(server, "listening");
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, "open");
});
afterAll(() => {
  client.terminate();
  server.close();
});

/** What a client reads of these messages, as bytes one behind the other. */
async function read(messages: readonly Message[]): Promise<string[]> {
  const texts: string[] = [];
  if (messages.length === 0) return texts;
  await new Promise<void>((resolve) => {
    client.removeAllListeners("message");
    client.on("message", (data: Buffer, isBinary) => {
      texts.push(isBinary ? "binary" : data.toString("utf8"));
      if (texts.length === messages.length) resolve();
    });
    write(Buffer.concat(messages.map(textFrame)));
  });
  return texts;
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])("a text of %i bytes is one frame", async (length) => {
  const text = "x".repeat(length);
  expect(await read([text, "next"])).toEqual([text, "next"]);
});

test("what a client reads is what was framed, in order, whatever its letters", async () => {
  const text = fc.string({ unit: "grapheme" });
  const message = fc.oneof(
    text,
    fc.tuple(text, text).map(([encoded, rest]): Message => [Buffer.from(encoded), rest]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 4 }), async (messages) => {
      const texts = messages.map((each) => (typeof each === "string" ? each : each.join("")));
      expect(await read(messages)).toEqual(texts);
    }),
  );
});
