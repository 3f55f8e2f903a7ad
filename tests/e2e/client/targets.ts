import { openBrowserDevice, type Device } from "@openclaw/client";
import { connectNode } from "@openclaw/client/node";
import { helloOk, startScriptedGateway, type Script } from "@openclaw/client/testing";
import { pairingRequired } from "@openclaw/protocol";

import { ALL_SCOPES, startEmbedded, TOKEN } from "../../support/embedded.ts";
import { playRecording, type Take } from "./recorded-gateway.ts";
import type { Scene, Target } from "./scene.ts";

const AGENT = { message: "hello there", idempotencyKey: "run-1" };
const CHAT = { sessionKey: "main", message: "hello there", idempotencyKey: "chat-1" };
const PARAMS = { agent: AGENT, "chat.send": CHAT };
const LACKS = { method: "device.pair.list", scope: "operator.pairing" };

/** Our testing gateway. */
export function scripted(dialect: 3 | 4): Target {
  const scene = async (script: Script, extra: Partial<Scene> = {}): Promise<Scene> => {
    const gateway = await startScriptedGateway({ dialects: [dialect], token: TOKEN, ...script });
    const stop = () => {
      gateway.broadcast("shutdown", { reason: "gateway stopping" });
      for (const peer of gateway.peers) peer.close(1012, "service restart");
    };
    const options = { auth: { token: TOKEN }, scopes: ALL_SCOPES };
    const { url, [Symbol.asyncDispose]: dispose } = gateway;
    return { url, options, params: PARAMS, stop, ...extra, [Symbol.asyncDispose]: dispose };
  };
  const wantsApproval: Script["connect"] = () => {
    const demand = { reason: "not-paired", requestId: "request-1", deviceId: "d" } as const;
    throw pairingRequired(dialect, { ...demand, requestedRole: "operator" }).error;
  };
  const never = { "acme.never": () => new Promise(() => undefined) };
  return {
    name: "the testing gateway",
    dialect,
    scenes: {
      admits: () => scene({ connect: (params) => helloOk(params) }),
      refusesToken: () => scene({}, { options: { auth: { token: "wrong" } } }),
      refusesVersion: () =>
        scene({ dialects: [dialect] }, { options: dialect === 3 ? { minProtocol: 4 } : { maxProtocol: 3 } }),
      wantsApproval: () => scene({ connect: wantsApproval }),
      lacksScope: () =>
        scene({}, { options: { auth: { token: TOKEN }, scopes: ["operator.read"] }, lacks: LACKS }),
      runs: () => scene({ methods: { agent: answerInTwoStages } }),
      chats: () => scene({ methods: { "chat.send": streamChat } }),
      stops: () => scene({ methods: never }),
    },
  };
}

const WORDS = ["You", " said:", " hello"];

const answerInTwoStages: NonNullable<Script["methods"]>[string] = ({ peer, accept }) => {
  const runId = AGENT.idempotencyKey;
  accept({ runId, status: "accepted", acceptedAt: 1 });
  let seq = 0;
  const say = (stream: string, data: object) =>
    peer.event("agent", { runId, seq: (seq += 1), stream, ts: seq, data }, seq);
  say("lifecycle", { phase: "start", startedAt: 1 });
  let text = "";
  for (const delta of WORDS) say("assistant", { text: (text += delta), delta });
  say("lifecycle", { phase: "end", endedAt: 2 });
  const result = { payloads: [{ text, mediaUrl: null }], meta: {} };
  return { runId, status: "ok", summary: "completed", result };
};

const streamChat: NonNullable<Script["methods"]>[string] = ({ peer }) => {
  const { idempotencyKey: runId, sessionKey } = CHAT;
  let text = "";
  const message = () => ({ role: "assistant", content: [{ type: "text", text }], timestamp: 1 });
  const dialect4 = (deltaText: string) => (peer.dialect === 4 ? { deltaText } : {});
  setImmediate(() => {
    for (const [index, word] of WORDS.entries()) {
      text += word;
      const delta = {
        runId,
        sessionKey,
        seq: index + 1,
        state: "delta",
        message: message(),
        ...dialect4(word),
      };
      peer.event("chat", delta, index + 1);
    }
    const seq = WORDS.length + 1;
    peer.event("chat", { runId, sessionKey, seq, state: "final", message: message() }, seq);
  });
  return { runId, status: "started" };
};

/** Our gateway, really started. */
export function started(dialect: 3 | 4): Target {
  const scene = async (options: Scene["options"] = {}, extra: Partial<Scene> = {}): Promise<Scene> => {
    const { gateway, address } = await startEmbedded();
    return {
      url: address.url,
      options: {
        auth: { token: TOKEN },
        scopes: ALL_SCOPES,
        maxProtocol: dialect,
        // Without a device dialect 3 would leave it no scopes.
        device: await device(),
        ...options,
      },
      params: PARAMS,
      stop: () => void gateway.close(),
      ...extra,
      [Symbol.asyncDispose]: () => gateway.close(),
    };
  };
  return {
    name: "our gateway",
    dialect,
    scenes: {
      admits: () => scene(),
      refusesToken: () => scene({ auth: { token: "wrong" } }),
      // No client of ours is too old or too new for it: one that says so is.
      refusesVersion: () => scene({ minProtocol: 5 as 4, maxProtocol: 5 as 4 }),
      // Paired silently, as it is on this machine; what it asks for later is not.
      wantsApproval: async () => {
        const node = await scene({ role: "node", client: NODE, scopes: [] });
        const { url, options } = node;
        await (await connectNode({ url, ...options })).close();
        return { ...node, options: { ...options, scopes: ["operator.read"] } };
      },
      lacksScope: () => scene({ scopes: ["operator.read"] }, { lacks: LACKS }),
      runs: () => scene(),
      chats: () => scene(),
      stops: () => scene(),
    },
  };
}

const NODE = { id: "node-host", mode: "node", version: "1.0.0", platform: "test" } as const;

async function device(): Promise<Device> {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return openBrowserDevice({ storage });
}

/** Gateways of both lines, as they were recorded. */
export function recorded(dialect: 3 | 4): Target {
  const takes: Record<keyof Target["scenes"], Take> = dialect === 3 ? TAKES_3 : TAKES_4;
  const scenes = Object.fromEntries(
    Object.entries(takes).map(([name, take]) => [name, () => playRecording(take)]),
  );
  return { name: "a recorded gateway", dialect, scenes: scenes as unknown as Target["scenes"] };
}

const HELLO_3 = "v3/hs-token-device-cli";
const TAKES_3: Record<keyof Target["scenes"], Take> = {
  admits: { name: HELLO_3 },
  refusesToken: { name: "v3/hs-bad-token" },
  refusesVersion: { name: "v3/hs-protocol-too-high" },
  wantsApproval: { name: "v3/pair-remote-flow", conn: "node-1" },
  lacksScope: { name: "v3/rpc-missing-scope", handshake: HELLO_3, lacks: LACKS },
  runs: { name: "v3/agent-two-stage", conn: "caller", handshake: HELLO_3 },
  chats: { name: "v3/chat-send", handshake: HELLO_3 },
  stops: { name: "v3/shutdown-sigterm", conn: "operator", handshake: HELLO_3 },
};
const TAKES_4: Record<keyof Target["scenes"], Take> = {
  admits: { name: "v4/wire-deviceless-cli-admin" },
  refusesToken: { name: "v4/wire-wrong-token" },
  refusesVersion: { name: "v4/wire-v3-operator" },
  wantsApproval: { name: "v4/wire-scope-upgrade" },
  lacksScope: {
    name: "v4/wire-unknown-method-noscope",
    lacks: { method: "agents.list", scope: "operator.read" },
  },
  runs: { name: "v4/third-party-openclaw-node" },
  chats: { name: "v4/wire-chat-send-sender" },
  stops: { name: "v4/wire-shutdown-sigterm" },
};
