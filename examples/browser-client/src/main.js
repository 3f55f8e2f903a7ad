import { createClient, openBrowserDevice } from "@openclaw/client";

const byId = (id) => document.getElementById(id);
const say = (text) => (byId("status").textContent = text);
const answers = new Map();
let client;

function onStatus(status) {
  if (status.type === "connecting") say("connecting");
  if (status.type === "connected") say(`connected, protocol ${status.hello.protocol}`);
  if (status.type === "waiting" && status.for === "approval") say(`approve ${status.requestId}`);
  if (status.type === "waiting" && status.for === "gateway") say("the gateway is gone, waiting for it");
  if (status.type === "refreshed") say("connected, up to date after missed events");
  if (status.type === "closed")
    say(status.error ? `${status.error.message} ${status.error.nextStep}` : "closed");
}

// Every piece of an answer carries the text so far: one line per run, written anew.
function onChat({ runId, message, errorMessage }) {
  const line = answers.get(runId) ?? byId("log").appendChild(document.createElement("li"));
  answers.set(runId, line);
  const text = message?.content.map((part) => part.text ?? "").join("");
  line.textContent = errorMessage ?? text ?? line.textContent;
}

byId("connect").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  await client?.close();
  const { url, token } = Object.fromEntries(new FormData(submitted.target));
  client = createClient({
    url,
    auth: token === "" ? {} : { token },
    client: { id: "webchat-ui", mode: "webchat", version: "2026.11.0", platform: "browser" },
    scopes: ["operator.read", "operator.write"],
    device: openBrowserDevice,
    reconnect: { baseMs: 200 },
    awaitApproval: { pollMs: 500 },
    onStatus,
  });
  client.on("chat", onChat);
  await client.connect().catch(() => undefined); // told by onStatus
});

byId("chat").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const { message } = Object.fromEntries(new FormData(submitted.target));
  // Not randomUUID: that needs a secure context.
  const idempotencyKey = crypto.getRandomValues(new Uint32Array(4)).join("-");
  try {
    await client.request("chat.send", { sessionKey: "main", message, idempotencyKey });
  } catch (error) {
    say(error.message);
  }
});
