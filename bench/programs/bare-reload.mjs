// The least that follows a configuration file: `fs.watch`, one read, json5, valibot, and the setting in the answer to
// `health`. Arguments: port, file.
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ConfigSchema } from "@openclaw/config";
import JSON5 from "json5";
import * as v from "valibot";
import { WebSocketServer } from "ws";

const [port = "", path = ""] = process.argv.slice(2);
let heartbeatSeconds = 0;

async function read() {
  const config = v.parse(ConfigSchema, JSON5.parse(await readFile(path, "utf8")));
  heartbeatSeconds = Number.parseInt(config.agents?.defaults?.heartbeat?.every ?? "0", 10);
}

await read();
watch(dirname(path), (_, name) => {
  if (name === basename(path)) void read();
});

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "", ts: 0 } }));
  socket.on("message", (data) => {
    const { id } = JSON.parse(data.toString());
    socket.send(JSON.stringify({ type: "res", id, ok: true, payload: { heartbeatSeconds } }));
  });
});

process.on("SIGTERM", () => process.exit(0));
