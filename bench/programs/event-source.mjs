// Says hello to whoever connects, and on `bench.events` sends 10,000 events a second for so many seconds.
import { helloOk } from "@openclaw/client/testing";
import { randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";

const EVERY_MS = 5;
const AT_A_TIME = 50;

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});
server.on("connection", (socket) => {
  const send = (/** @type {object} */ frame) => socket.send(JSON.stringify(frame));
  send({ type: "event", event: "connect.challenge", payload: { nonce: randomUUID(), ts: Date.now() } });
  socket.on("message", async (data) => {
    const { id, method, params } = JSON.parse(data.toString());
    const payload = method === "bench.events" ? await flow(send, params.seconds) : helloOk(params);
    send({ type: "res", id, ok: true, payload });
  });
});

/** @param {(frame: object) => void} send @param {number} seconds @returns how many were sent */
function flow(send, seconds) {
  const total = (seconds * 1000 * AT_A_TIME) / EVERY_MS;
  const startedAt = performance.now();
  let seq = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, (Math.floor((performance.now() - startedAt) / EVERY_MS) + 1) * AT_A_TIME);
      while (seq < due) {
        seq += 1;
        const payload = {
          runId: "run",
          sessionKey: "agent:main:main",
          seq,
          state: "delta",
          deltaText: `word ${seq} `,
        };
        send({ type: "event", event: "chat", payload, seq });
      }
      if (seq < total) return;
      clearInterval(timer);
      resolve(total);
    }, EVERY_MS);
  });
}

process.on("SIGTERM", () => process.exit(0));
