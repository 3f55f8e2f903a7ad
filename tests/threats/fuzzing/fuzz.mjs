// Sends what frames.mjs makes to a gateway on this machine and holds what comes back against oracle.mjs.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { deviceAuthPayload, methodScope, METHODS, scopeCovers } from "@openclaw/protocol";
import { WebSocket } from "ws";
import { messages } from "./frames.mjs";
import { classOf, judgeAnswer, judgeFirst, read } from "./oracle.mjs";

const SCOPE_SETS = [[], ["operator.read"], ["operator.write"], ["operator.admin"]];
/** Sockets without hello at a time: fewer than one address may have. */
const DOORS = 12;
const BATCH = 200;
/** What would stop the gateway, or wait for ever, is not what is on trial. */
const LEFT_OUT = /restart|shutdown|update\.run|^agent\.wait$/;

/** A socket that keeps what it gets. */
class Peer {
  frames = [];
  #wake = () => {};

  constructor(url) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on("message", (data) => {
      this.frames.push(JSON.parse(data.toString("utf8")));
      this.#wake();
    });
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        this.end = { code, reason: reason.toString() };
        resolve(this.end);
        this.#wake();
      });
    });
  }

  static async open(url) {
    const peer = new Peer(url);
    await peer.until(() => peer.frames.length > 0);
    return peer;
  }

  /** Resolves when the condition holds or the socket is gone; says whether it holds. */
  async until(holds) {
    while (!holds() && !this.end) await new Promise((resolve) => (this.#wake = resolve));
    return holds();
  }

  async request(id, method, params) {
    this.socket.send(JSON.stringify({ type: "req", id, method, params }));
    await this.until(() => this.frames.some((frame) => frame.type === "res" && frame.id === id));
    return this.frames.find((frame) => frame.type === "res" && frame.id === id);
  }
}

/** Counts of a run, and the first things that were wrong. */
class Tally {
  sent = 0;
  classes = new Map();
  violations = [];

  count(name) {
    this.classes.set(name, (this.classes.get(name) ?? 0) + 1);
  }

  violation(problem, message, got) {
    if (this.violations.length < 20)
      this.violations.push({
        problem,
        message: message.toString("utf8").slice(0, 400),
        got: JSON.stringify(got)?.slice(0, 400),
      });
  }
}

const connectParams = (secret, dialect, scopes) => ({
  minProtocol: dialect,
  maxProtocol: dialect,
  client: { id: "gateway-client", mode: "backend", version: "1.0.0", platform: "fuzz" },
  role: "operator",
  scopes,
  auth: { token: secret },
});

/** A connect with a device, which dialect 3 asks of everybody who wants scopes. */
function signedConnect(peer, params) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const id = createHash("sha256").update(raw).digest("hex");
  const { nonce, ts } = peer.frames[0].payload;
  const { client, role, scopes, auth } = params;
  const text = deviceAuthPayload({
    version: "v2",
    deviceId: id,
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes,
    signedAtMs: ts,
    token: auth.token,
    nonce,
  });
  const signature = sign(null, Buffer.from(text), privateKey).toString("base64url");
  return { ...params, device: { id, publicKey: raw.toString("base64url"), signature, signedAt: ts, nonce } };
}

/** Right frames of every method, to be made wrong. */
function validRequests() {
  const params = {
    sessionKey: "main",
    key: "main",
    message: "@silent",
    text: "note",
    idempotencyKey: "fuzz",
    limit: 5,
    runId: "nobody",
    deviceId: "nobody",
    requestId: "nobody",
    role: "operator",
  };
  const known = (method) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => accepts(method, name)));
  return Object.keys(METHODS)
    .filter((name) => !LEFT_OUT.test(name))
    .flatMap((name) => [
      { type: "req", id: `a call of ${name}`, method: name, params: known(METHODS[name]) },
      { type: "req", id: `a call of ${name}`, method: name },
    ]);
}

const accepts = ({ params }, name) => Object.hasOwn(params.entries ?? {}, name);

/** Every message on a socket of its own: nothing but a right connect with the secret is greeted. */
async function knock({ url, secret }, { seed, count, tally }) {
  const connect = (params) => ({ type: "req", id: "c", method: "connect", params });
  const connects = [
    connect({ ...connectParams(secret, 4, []), minProtocol: 1, maxProtocol: 2 }),
    ...[3, 4].map((dialect) => connect(connectParams("wrong-secret", dialect, ["operator.admin"]))),
    ...[3, 4].map((dialect) => connect(connectParams(secret, dialect, ["operator.read"]))),
  ];
  const queue = messages([...connects, ...validRequests().slice(0, 6)], { seed, count });
  const door = async () => {
    for (let message = queue.pop(); message !== undefined; message = queue.pop()) {
      const peer = await Peer.open(url);
      if (peer.end) {
        tally.violation("no challenge", message, peer.end);
        continue;
      }
      peer.socket.send(message);
      tally.sent += 1;
      await peer.until(() => peer.frames.some(({ ok }) => ok === true));
      const end = { ...peer.end, frames: peer.frames.slice(1) };
      const problem = judgeFirst(message, end, secret);
      if (problem) tally.violation(problem, message, end);
      const [answer] = end.frames.filter(({ type }) => type === "res");
      tally.count(
        `before hello: ${answer?.ok ? "hello-ok" : `close ${end.code} ${answer ? classOf(answer) : end.reason}`}`,
      );
      peer.socket.terminate();
    }
  };
  await Promise.all(Array.from({ length: DOORS }, door));
}

async function admit({ url, secret }, dialect, scopes) {
  const peer = await Peer.open(url);
  const answer = await peer.request(
    "hello",
    "connect",
    signedConnect(peer, connectParams(secret, dialect, scopes)),
  );
  if (answer?.ok !== true) throw new Error(`not admitted: ${JSON.stringify(answer ?? peer.end)}`);
  peer.frames.length = 0;
  return peer;
}

/** All messages of one kind of connection, in batches: every one is answered once, or ignored where it is no JSON. */
async function converse(target, { dialect, scopes, seed, count, tally }) {
  const queue = messages(validRequests(), { seed, count });
  const mayCall = (method) => {
    const scope = methodScope(method);
    return scope === "none" || (scope !== "node" && scopeCovers(scopes, scope));
  };
  const agentIds = new Set();
  let peer = await admit(target, dialect, scopes);
  for (let batch = 0; queue.length > 0; batch += 1) {
    if (peer.end) peer = await admit(target, dialect, scopes);
    const round = sendBatch(peer, queue.splice(-BATCH), { dialect, tally, agentIds });
    await peer.request(`sentinel-${batch}`, "health", {});
    await settle(peer, round, { dialect, mayCall, tally });
    peer.frames.length = 0;
  }
  peer.socket.terminate();
}

function sendBatch(peer, batch, { dialect, tally, agentIds }) {
  const round = { due: new Map(), methods: new Map(), agentIds };
  for (const message of batch) {
    const reading = read(message, dialect);
    if (reading.kind === "request" && LEFT_OUT.test(reading.method)) continue;
    peer.socket.send(message);
    tally.sent += 1;
    if (reading.kind === "not-json") tally.count("after hello: ignored, no JSON");
    else expectAnswer(round, reading, message);
  }
  return round;
}

function expectAnswer({ due, methods, agentIds }, reading, message) {
  const id = JSON.stringify(reading.id);
  due.set(id, [...(due.get(id) ?? []), message]);
  if (reading.kind === "request") methods.set(id, [...(methods.get(id) ?? []), reading.method]);
  if (reading.method === "agent") agentIds.add(id);
}

/** Waits until every message of the batch has its answer, and judges all of them. */
async function settle(peer, round, { dialect, mayCall, tally }) {
  const { due } = round;
  const isOver = await withDeadline(peer.until(() => unanswered(peer, round).length === 0));
  for (const answer of answersIn(peer)) {
    tally.count(`after hello: ${classOf(answer)}`);
    const id = JSON.stringify(answer.id);
    const methodOf = () => methodsOf(round, id).find(mayCall) ?? methodsOf(round, id)[0];
    const problem = judgeAnswer(answer, { dialect, methodOf, mayCall });
    const isAsked = due.has(id) || round.agentIds.has(id);
    if (problem ?? !isAsked)
      tally.violation(problem ?? "an answer nobody asked for", due.get(id)?.[0] ?? "", answer);
  }
  for (const [id, count] of countAnswers(peer))
    if (!round.agentIds.has(id) && count > (due.get(id)?.length ?? 0))
      tally.violation("answered twice", id, count);
  const isExpelled = peer.end?.reason === "repeated unauthorized calls" || peer.end?.code === 4001;
  if (isExpelled) tally.count(`after hello: close ${peer.end.code} ${peer.end.reason}`);
  else if (!isOver || peer.end)
    tally.violation("not every message was answered", unanswered(peer, round).join(), peer.end);
}

const isSentinel = ({ id }) => typeof id === "string" && id.startsWith("sentinel-");
const answersIn = (peer) => peer.frames.filter((frame) => frame.type === "res" && !isSentinel(frame));

/**
 * Several requests may share an id; then any of their methods may be the one that was done. What an earlier batch asked of
 * an agent may get its second answer now.
 */
const methodsOf = ({ methods, agentIds }, id) => [
  ...(methods.get(id) ?? []),
  ...(agentIds.has(id) ? ["agent"] : []),
];

function countAnswers(peer) {
  const counts = new Map();
  for (const { id } of answersIn(peer))
    counts.set(JSON.stringify(id), (counts.get(JSON.stringify(id)) ?? 0) + 1);
  return counts;
}

/**
 * Ids that wait for more answers. `agent` answers twice, and once only when it is repeated meanwhile; so its first
 * answer is enough here, and its second one may come with a later batch.
 */
function unanswered(peer, { due }) {
  const counts = countAnswers(peer);
  return [...due].filter(([id, { length }]) => (counts.get(id) ?? 0) < length).map(([id]) => id);
}

function withDeadline(promise) {
  let timer;
  const deadline = new Promise((resolve) => (timer = setTimeout(() => resolve(false), 20_000)));
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

/** Everything that must not change while nobody with rights speaks. */
async function fingerprint(target) {
  const owner = await admit(target, 4, ["operator.admin", "operator.pairing"]);
  const payload = async (method) => (await owner.request(method, method, {}))?.payload;
  const { queuedSystemEvents } = await payload("status");
  const print = JSON.stringify([
    (await payload("sessions.list")).count,
    queuedSystemEvents,
    (await payload("config.get")).hash,
  ]);
  owner.socket.terminate();
  return print;
}

/**
 * Fuzzes a gateway of this machine: a fifth of the messages before hello, the others after it, in both dialects and
 * with every kind of rights.
 *
 * @param {{ url: string, secret: string }} target
 * @param {{ frames: number, seed: number, onProgress?: (sent: number) => void }} options
 */
export async function fuzz(target, { frames, seed, onProgress = () => {} }) {
  const tally = new Tally();
  const share = (part, of) => Math.ceil((frames * part) / of);
  const before = await fingerprint(target);
  const inSlices = async (count, run) => {
    const SLICE = 4_000;
    for (let done = 0; done < count; done += SLICE) {
      await run(Math.min(SLICE, count - done), seed + tally.sent + done);
      onProgress(tally.sent);
    }
  };
  await inSlices(share(1, 5), (count, slice) => knock(target, { seed: slice, count, tally }));
  const kinds = SCOPE_SETS.flatMap((scopes) => [3, 4].map((dialect) => ({ scopes, dialect })));
  for (const { scopes, dialect } of kinds) {
    await inSlices(share(4, 5 * kinds.length), (count, slice) =>
      converse(target, { dialect, scopes, seed: slice, count, tally }),
    );
    // Neither strangers nor holders of nothing nor readers have changed anything.
    const mayChange = scopes.some((scope) => scope !== "operator.read");
    if (!mayChange && (await fingerprint(target)) !== before)
      tally.violation("an effect without the right to it", "", scopes);
  }
  return tally;
}

/** Asks for `health` over and over until stopped; gives the times it took, in ms. */
export async function watchHealth(target) {
  const peer = await admit(target, 4, []);
  const times = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver && !peer.end) {
      const startedAt = performance.now();
      const answer = await peer.request(`h${times.length}`, "health", {});
      if (answer?.ok !== true) break;
      times.push(performance.now() - startedAt);
      peer.frames.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      const isAlive = !peer.end;
      peer.socket.terminate();
      return { times: times.sort((a, b) => a - b), isAlive };
    },
  };
}
