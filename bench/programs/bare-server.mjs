// What everything is compared with: `ws` alone, answering the same frames with the least that satisfies the client.
import { randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";

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
    const payload = method === "connect" ? { type: "hello-ok", protocol: 4, connId: randomUUID() } : null;
    socket.send(JSON.stringify({ type: "res", id, ok: true, payload }));
    if (method === "system-event") broadcast(params.text);
  });
});

/** @param {string} frame */
function broadcast(frame) {
  for (const client of server.clients) client.send(frame);
}

process.on("SIGTERM", () => process.exit(0));
