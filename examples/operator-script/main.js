import { createNodeClient } from "@openclaw/client/node";

// Watches the runs of a gateway: who is answering, how it ended, and when something may have been missed.
const client = createNodeClient({
  url: process.env.URL ?? "ws://127.0.0.1:18789",
  auth: () => ({ token: process.env.TOKEN }),
  scopes: ["operator.read"],
  reconnect: {},
  onStatus: (status) => {
    if (status.type === "connected") console.log(`connected to ${status.hello.server.version}`);
    if (status.type === "waiting") console.log(`waiting: ${status.error.message}`);
    if (status.type === "gap") console.log(`missed events ${status.expected} to ${status.received - 1}`);
    if (status.type === "refreshed") console.log(`up to date, ${status.snapshot.presence.length} present`);
    if (status.type === "closed" && status.error) console.error(status.error.nextStep);
  },
});

client.on("agent", ({ runId, stream, data }) => {
  if (stream === "lifecycle") console.log(`run ${runId}: ${data.phase}`);
});
process.once("SIGINT", () => void client.close());

await client.connect().catch(() => (process.exitCode = 1));
