import { hostname, platform } from "node:os";
import { createNodeClient, openDevice } from "@openclaw/client/node";
import { COMMANDS } from "./commands.js";

// A machine that offers two commands to a gateway, and answers when it is asked for one.
const { identity, tokens } = await openDevice(process.env.STATE ?? ".node-host");
const client = createNodeClient({
  url: process.env.URL ?? "ws://127.0.0.1:18789",
  auth: () => ({ token: process.env.TOKEN }),
  role: "node",
  caps: ["system"],
  commands: Object.keys(COMMANDS),
  client: {
    id: "node-host",
    mode: "node",
    version: "1.0.0",
    platform: platform(),
    displayName: process.env.NAME ?? hostname(),
  },
  device: { identity, tokens },
  awaitApproval: {},
  reconnect: {},
  onStatus: (status) => {
    if (status.type === "connected") console.log(`connected as node ${identity.deviceId}`);
    if (status.type === "waiting") console.log(`waiting: ${status.error.message}`);
    if (status.type === "closed" && status.error) console.error(status.error.nextStep);
  },
});

client.on("node.invoke.request", async ({ id, nodeId, command, paramsJSON }) => {
  const answer = await run(command, paramsJSON).then(
    (payload) => ({ ok: true, payloadJSON: JSON.stringify(payload) }),
    (error) => ({ ok: false, error: { code: "FAILED", message: error.message } }),
  );
  // When the connection is lost meanwhile, the gateway has told the one who asked.
  await client.request("node.invoke.result", { id, nodeId, ...answer }).catch(() => {});
});
process.once("SIGINT", () => void client.close());

await client.connect().catch(() => (process.exitCode = 1));

async function run(command, paramsJSON) {
  if (!Object.hasOwn(COMMANDS, command)) throw new Error(`unknown command: ${command}`);
  return COMMANDS[command](JSON.parse(paramsJSON ?? "{}"));
}
