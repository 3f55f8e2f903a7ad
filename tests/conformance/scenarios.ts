import type { ModelId } from "./stage/model-provider.ts";
import type { Action, Headers, Introduction, Scenario } from "./stage/scenario.ts";

const PROBE = { id: "gateway-client", mode: "backend", displayName: "probe" };
const BROWSER: Headers = { origin: "http://localhost:<port>" };
const CONTROL_UI: Introduction = {
  client: { id: "openclaw-control-ui", mode: "webchat", displayName: "UI" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
  headers: BROWSER,
};
const operator = (...scopes: string[]): Introduction => ({ client: PROBE, scopes });

const run = (method: "agent" | "chat.send", name: string, message: string): Action => ({
  do: "run",
  params: { method, sessionKey: `agent:main:${name}`, message, idempotencyKey: `prepared-${name}` },
});

/** A store with four sessions as the recorded one had, the newest first: main, cerr, err, dup. */
const FOUR_SESSIONS: readonly Action[] = [
  run("agent", "dup", "SLOW please"),
  run("agent", "err", "FAILNOW"),
  run("chat.send", "cerr", "FAILNOW"),
  run("chat.send", "main", "hello there"),
  { do: "await-sessions", count: 4 },
];

const ANSWERED_ONCE: readonly Action[] = [run("chat.send", "main", "hi"), { do: "await-sessions", count: 1 }];

/** The recorded gateways of dialect 4 had answered once, and their rhythm was recorded as it fell. */
const DIALECT_4: Scenario = { prepare: ANSWERED_ONCE, incidental: [{ event: "tick" }, { event: "health" }] };

/** Nothing was configured; programs ask for several things at once, and the rhythm was recorded as it fell. */
const CLI_3 = { model: "none", answersInAnyOrder: true, incidental: DIALECT_4.incidental ?? [] } as const;

/** The device of the recording was paired before, by a connect that named a device family. */
const PAIRED_FOR_READING: readonly Action[] = [
  {
    do: "visit",
    as: {
      client: { id: "cli", mode: "cli", deviceFamily: "Linux" },
      scopes: ["operator.read"],
      dialect: 4,
    },
    device: "<deviceId>",
  },
];

/** What all recordings of a line need. */
export function scenarioOf(name: string): Scenario & { readonly model: ModelId | "echo" | "none" } {
  if (name.startsWith("cli-v3/")) return { ...CLI_3, ...SCENARIOS[name] };
  if (name.startsWith("v4/")) return { model: "mock-1", ...DIALECT_4, ...SCENARIOS[name] };
  return { model: name.startsWith("v3/run-") ? "fake-1" : "m1", ...SCENARIOS[name] };
}

/** Stage directions by recording; one that is not listed needs no more than its line. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "v3/agent-replay-while-running": {
    answersInAnyOrder: true,
    incidental: [{ event: "presence" }],
    unrecorded: [{ event: "chat", payload: { state: "final" } }],
  },
  "v3/chat-send": { prepare: [run("agent", "main", "hello there")] },
  "v3/dev-bad-public-key": { proof: { "*": "bad-key" } },
  "v3/dev-bad-signature": { proof: { "*": "bad-signature" } },
  "v3/dev-future-signature": { proof: { "*": "ten-minutes-ahead" } },
  "v3/dev-id-mismatch": { proof: { "*": "wrong-id" } },
  "v3/dev-pem-key": { proof: { "*": "pem-key" } },
  "v3/dev-scope-order": { proof: { "*": "sorted-scopes" } },
  "v3/dev-stale-signature": { proof: { "*": "ten-minutes-old" } },
  "v3/dev-token-subset-scopes": {
    prepare: [
      {
        do: "visit",
        as: CONTROL_UI,
        device: "<deviceId>",
      },
    ],
  },
  "v3/hs-auth-none": { gateway: "none" },
  "v3/hs-handshake-timeout": { gateway: "impatient" },
  "v3/hs-password-mode": { gateway: "password" },
  "v3/hs-rate-limited": { gateway: "rate-limited" },
  "v3/presence-on-disconnect": {
    // Paired before, so that only its leaving is news.
    prepare: [{ do: "visit", as: CONTROL_UI, device: "<deviceId>" }],
    before: { "client#0": { do: "visit", as: CONTROL_UI, device: "<deviceId>" } },
    departures: 1,
  },
  "v3/ro-chat.history": { prepare: FOUR_SESSIONS },
  "v3/ro-sessions.list": { prepare: FOUR_SESSIONS },
  "v3/ro-health": { prepare: FOUR_SESSIONS },
  "v3/ro-health-probe": { prepare: FOUR_SESSIONS },
  "v3/ro-status": { prepare: FOUR_SESSIONS },
  "v3/ro-status-non-admin": { prepare: FOUR_SESSIONS, introduce: { "*": operator("operator.read") } },
  // The protocol answers for an unknown run at once, so that nothing here is slow.
  "v3/rpc-concurrent": { answersInAnyOrder: true },
  "v3/rpc-missing-scope": { introduce: { "*": operator("operator.read") }, unrecorded: [{ id: "r1" }] },
  "v3/rpc-unknown-method-unprivileged": { introduce: { "*": operator("operator.read") } },
  "v3/rpc-write-implies-read": { introduce: { "*": operator("operator.write") } },
  "v3/run-agent-idempotent-replay": {
    prepare: [
      {
        do: "run",
        params: {
          method: "agent",
          sessionKey: "agent:main:t1",
          message: "hi",
          idempotencyKey: "00000000-0000-4000-8000-000000000001",
        },
        device: "connection client",
      },
    ],
  },
  "v3/run-agent-wait": { answersInAnyOrder: true },
  "v3/shutdown-sigterm": {
    isSimultaneous: true,
    introduce: {
      operator: operator("operator.admin", "operator.read"),
      node: { client: { id: "node-host", mode: "node", displayName: "Box" }, role: "node", scopes: [] },
    },
    // The node was paired while the operator was watching.
    before: { "operator#1": { do: "stop-gateway" } },
  },
  "v3/tick": { gateway: "ticking", prepare: FOUR_SESSIONS },
  "v3/ui-local-auto-pair": { isSimultaneous: true, playOrder: ["ui", "watch"] },
  "v3/ui-reconnect-device-token": {
    headers: { "*": BROWSER },
    prepare: [
      {
        do: "visit",
        as: CONTROL_UI,
        device: "<deviceId>",
      },
    ],
  },
  "v4/wire-first-not-json": { before: { "client#1": { do: "send-text", text: "this is not json" } } },
  "v4/wire-dev-badkey": { proof: { "*": "bad-key" } },
  "v4/wire-dev-badsig": { proof: { "*": "bad-signature" } },
  "v4/hello-ok": {
    prepare: [],
    opening: [
      {
        kind: "receive",
        frame: { type: "event", event: "connect.challenge", payload: { nonce: "<nonce>", ts: "<ms>" } },
      },
      {
        kind: "send",
        frame: {
          type: "req",
          id: "c1",
          method: "connect",
          params: {
            minProtocol: 4,
            maxProtocol: 4,
            client: { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" },
            scopes: ["operator.read"],
            auth: { token: "<gatewayToken>" },
          },
        },
      },
    ],
  },
  "v4/wire-deviceless-cli-admin": { answersInAnyOrder: true },
  "v4/wire-deviceless-ui": { headers: { "*": BROWSER } },
  "v4/wire-idempotency-missing": { unrecorded: [{ id: "r1" }, { id: "r2" }] },
  "v4/wire-preauth-too-large": {
    before: { "client#1": { do: "send-text", text: JSON.stringify({ padding: "x".repeat(65_536) }) } },
  },
  "v4/wire-scope-upgrade": { proof: { "*": "v3" }, prepare: [...ANSWERED_ONCE, ...PAIRED_FOR_READING] },
  "v4/wire-shutdown-sigterm": { before: { "client#3": { do: "stop-gateway" } } },
  "v4/wire-unknown-method-read": { answersInAnyOrder: true },
  "v4/wire-dev-ok": { proof: { "*": "v3" } },
  "v4/wire-dev-ok-v2": { proof: { "*": "v2" }, prepare: PAIRED_FOR_READING },
  "v4/wire-wrong-token-device": { proof: { "*": "v3" } },
  "v4/wire-device-token": { incidental: [{ event: "tick" }, { event: "health" }, { event: "presence" }] },
  "v4/third-party-openclaw-node": { proof: { "*": "v2" } },
};
