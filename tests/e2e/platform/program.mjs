// Runs in Node 22 or later, with the WebSocket and the crypto of the platform: what is told goes out as lines of JSON.
import { createClient, openBrowserDevice } from "@openclaw/client";

const { URL, TOKEN } = process.env;
const tell = (line) => console.log(JSON.stringify(line));
const kept = new Map();
const storage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
};

const wrong = createClient({ url: URL, auth: { token: "wrong" }, reconnect: { baseMs: 1 } });
await wrong
  .connect()
  .catch(({ code, closeCode, closeReason }) => tell({ wrong: { code, closeCode, closeReason } }));
await createClient({ url: "ws://127.0.0.1:1" })
  .connect()
  .catch(({ code, closeCode }) => tell({ nobody: { code, closeCode } }));

let connects = 0;
let back;
const isBack = new Promise((resolve) => (back = resolve));
const client = createClient({
  url: URL,
  auth: { token: TOKEN },
  device: await openBrowserDevice({ storage }),
  scopes: ["operator.read", "operator.write"],
  reconnect: { baseMs: 100 },
  random: () => 0.5,
  onStatus: ({ type }) => {
    tell({ status: type });
    if (type === "connected" && (connects += 1) === 2) back();
  },
});
const { protocol } = await client.connect();
tell({ protocol, paired: [...kept.keys()] });
const run = client.run("agent", { message: "hello there", idempotencyKey: "run-1" });
let text = "";
for await (const { stream, data } of run.events) if (stream === "assistant") text += data.delta;
const { result } = await run.final;
tell({ streamed: text !== "" && result.payloads[0].text === text });
tell({ ready: true });
await isBack;
tell({ health: (await client.request("health")).ok });
await client.close();
// Nothing keeps the process alive now.
