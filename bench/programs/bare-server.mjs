// What everything is compared with: `ws` alone, answering the same frames with the least that satisfies the client.
import { createPublicKey, randomUUID, verify } from "node:crypto";
import { WebSocketServer } from "ws";
import { signedText } from "../lib/device.mjs";

/** What stands before the raw key in its SPKI form. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Answers to copy, by method: `bench.learn` brings them. @type {Map<string, unknown>} */
const learned = new Map();
/** Who speaks what. @type {Map<import("ws").WebSocket, number>} */
const dialects = new Map();
/** Frames to send to everybody, by dialect. @type {Map<number, string>} */
let news = new Map();

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});

server.on("connection", (socket) => {
  const challenge = { nonce: randomUUID(), ts: Date.now() };
  socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: challenge }));
  socket.on("message", (data) => {
    const { id, method, params } = JSON.parse(data.toString());
    const ok = method !== "connect" || params.device === undefined || isSigned(params, challenge.nonce);
    socket.send(JSON.stringify({ type: "res", id, ok, payload: answer(method, params) }));
    if (method === "system-event")
      for (const [client, spoken] of dialects) client.send(news.get(spoken) ?? "");
    if (method === "connect") dialects.set(socket, params.maxProtocol);
  });
  socket.on("close", () => dialects.delete(socket));
});

/** @param {string} method @param {any} params */
function answer(method, params) {
  if (method === "bench.learn") learned.set(params.method, params.payload);
  if (method === "bench.news") news = new Map(params.frames);
  if (learned.has(method)) return learned.get(method);
  return method === "connect" ? { type: "hello-ok", protocol: 4, connId: randomUUID() } : null;
}

/** @param {any} params @param {string} nonce */
function isSigned({ device, ...params }, nonce) {
  if (device.nonce !== nonce) return false;
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(device.publicKey, "base64url")]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const signed = Buffer.from(signedText({ ...params, device }));
  return verify(null, signed, key, Buffer.from(device.signature, "base64url"));
}

process.on("SIGTERM", () => process.exit(0));
