import type { Entry, Frame } from "./recording/recording.ts";
import type { Answerer } from "./stage/gateways.ts";
import type { Action, Headers, Introduction, Scenario } from "./stage/scenario.ts";

const PROBE = { id: "gateway-client", mode: "backend", displayName: "probe" };
const BROWSER: Headers = { origin: "http://localhost:<port>" };
const CONTROL_UI: Introduction = {
  client: { id: "openclaw-control-ui", mode: "webchat", displayName: "UI" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
  headers: BROWSER,
};
const WEBCHAT: Introduction = {
  client: { id: "webchat-ui", mode: "webchat", displayName: "chat" },
  scopes: ["operator.admin"],
  headers: BROWSER,
};
const NODE: Introduction = {
  client: { id: "node-host", mode: "node", displayName: "Box" },
  role: "node",
  scopes: [],
};
const COMMANDS = ["browser.proxy", "system.notify", "system.run", "system.which"];
/** A node with commands that were approved before it was recorded. */
const HOST: Introduction = { ...NODE, caps: ["browser", "system"], commands: COMMANDS };
const ROTATED = ["operator.admin", "operator.approvals", "operator.pairing"];
const cli = (scopes: readonly string[]): Introduction => ({
  client: { id: "cli", mode: "cli" },
  scopes,
  dialect: 4,
});
const PHONE: Introduction = {
  client: { id: "openclaw-ios", mode: "node", displayName: "Phone", platform: "ios 26.0" },
  role: "node",
  scopes: [],
};
const UI: Introduction = {
  ...CONTROL_UI,
  client: { id: "openclaw-control-ui", mode: "webchat" },
  scopes: ["operator.admin"],
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

/** The same device then asked for more, and to be a node as well. */
const ASKED_FOR_MORE: readonly Action[] = [
  {
    do: "knock",
    as: {
      client: { id: "cli", mode: "cli", deviceFamily: "Linux" },
      scopes: ["operator.read", "operator.admin"],
      dialect: 4,
    },
    device: "<deviceId>",
  },
  {
    do: "knock",
    as: {
      client: { id: "node-host", mode: "node", deviceFamily: "Linux" },
      role: "node",
      scopes: [],
      dialect: 4,
    },
    device: "<deviceId>",
  },
];

/** The run others watch. */
const WATCHED_RUN: Action = {
  do: "run",
  params: {
    method: "chat.send",
    sessionKey: "agent:main:main",
    message: "hi",
    idempotencyKey: "idem-chat-2",
  },
};

/** What all recordings of a line need. */
export function scenarioOf(name: string): Scenario & { readonly model: Answerer } {
  if (name.startsWith("cli-v3/")) return { ...CLI_3, ...SCENARIOS[name] };
  if (name.startsWith("v4/")) return { model: "mock-1", ...DIALECT_4, ...SCENARIOS[name] };
  return { model: name.startsWith("v3/run-") ? "fake-1" : "m1", ...SCENARIOS[name] };
}

/** The store of the last recordings of the old command line held a session. */
const ASKED_BEFORE: Scenario = { prepare: ANSWERED_ONCE };

/** The same device had looked around before. */
const PROBED_BEFORE: Scenario = {
  prepare: [
    {
      do: "visit",
      as: { client: { id: "cli", mode: "probe", version: "dev" }, scopes: ["operator.read"] },
      device: "<deviceId>",
    },
  ],
};

/** Stage directions by recording; one that is not listed needs no more than its line. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "cli-v3/cli-agent": { model: "keyless" },
  "cli-v3/cli-channels-status-probe": PROBED_BEFORE,
  "cli-v3/cli-devices-list": ASKED_BEFORE,
  "cli-v3/cli-health": PROBED_BEFORE,
  "cli-v3/cli-nodes-status": ASKED_BEFORE,
  "cli-v3/hello-ok": {
    opening: opening(3, { id: "<deviceId>", publicKey: "<publicKey>", signedAt: "<ms>", nonce: "<nonce>" }),
  },
  "v3/agent-replay-while-running": {
    answersInAnyOrder: true,
    incidental: [{ event: "presence" }],
    unrecorded: [{ event: "chat", payload: { state: "final" } }],
  },
  "v3/chat-inject": { prepare: ANSWERED_ONCE },
  "v3/chat-send": { prepare: [run("agent", "main", "hello there")] },
  "v3/config-patch-rate-limited": { gateway: "three-writes" },
  "v3/config-set-errors": { gateway: "rate-limited", model: "unasked" },
  "v3/dev-bad-public-key": { proof: { "*": "bad-key" } },
  "v3/dev-bad-signature": { proof: { "*": "bad-signature" } },
  "v3/dev-future-signature": { proof: { "*": "ten-minutes-ahead" } },
  "v3/dev-id-mismatch": { proof: { "*": "wrong-id" } },
  "v3/dev-pem-key": { proof: { "*": "pem-key" } },
  "v3/dev-scope-order": { proof: { "*": "sorted-scopes" } },
  "v3/dev-token-rotate-revoke": {
    // Approved for more than its token was then made for.
    prepare: [
      { do: "visit", as: cli([...ROTATED, "operator.read"]), device: "<deviceId>", token: "<deviceToken#3>" },
      {
        do: "call",
        method: "device.token.rotate",
        params: { deviceId: "<deviceId>", role: "operator", scopes: ROTATED },
      },
      { do: "visit", as: cli(ROTATED), device: "<deviceId>", token: "<deviceToken#2>" },
    ],
    // The device learns its new token by connecting, from nobody else.
    before: { "new-token#1": { do: "visit", as: cli(ROTATED), device: "<deviceId>" } },
    turns: [["admin", 2], "old-token", "new-token", ["admin", 4], "revoked-token", "admin"],
    unrecorded: [{ event: "presence" }],
  },
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
  "v3/exec-approval": {
    isSimultaneous: true,
    introduce: { approver: operator("operator.approvals") },
    turns: [["requester", 3], ["approver", 12], "requester", "approver"],
  },
  "v3/hs-auth-none": { gateway: "none" },
  "v3/hs-handshake-timeout": { gateway: "impatient" },
  "v3/hs-password-mode": { gateway: "password" },
  "v3/hs-rate-limited": { gateway: "rate-limited" },
  "v3/node-chat-subscribe": {
    introduce: { "*": NODE },
    before: {
      "client#4": {
        do: "run",
        params: {
          method: "chat.send",
          sessionKey: "agent:main:main",
          message: "hello",
          idempotencyKey: "chat-sub-2",
        },
      },
    },
    unrecorded: [{ event: "voicewake.changed" }],
  },
  "v3/node-invoke": {
    introduce: { node: HOST },
    prepare: [{ do: "visit", as: HOST, device: "connection node" }, { do: "approve-nodes" }],
    turns: [
      ...[["operator", 7] as const, ["node", 7] as const],
      ...[["operator", 2] as const, ["node", 3] as const],
      ...[["operator", 2] as const, ["node", 1] as const],
      ...[["operator", 10] as const, "node"],
    ],
    incidental: [{ event: "presence" }],
    unrecorded: [{ event: "voicewake.changed" }, { event: "presence" }],
  },
  "v3/node-unauthorized-flood": {
    introduce: { "*": NODE },
    // It had been refused once before.
    before: {
      "client#0": { do: "send-text", text: JSON.stringify({ type: "req", id: "r3", method: "status" }) },
    },
    unrecorded: [{ event: "voicewake.changed" }, { id: "r3" }],
  },
  "v3/pair-remote-flow": {
    turns: ["node-1", "node-2", "admin"],
    unrecorded: [{ event: "presence" }],
  },
  "v3/pair-remote-reject": {
    // Which has come back since.
    prepare: [
      { do: "visit", as: PHONE, device: "<deviceId#2>" },
      { do: "visit", as: { ...PHONE, auth: { deviceToken: "<deviceToken>" } }, device: "<deviceId#2>" },
    ],
    turns: ["node", "admin"],
    unrecorded: [{ event: "presence" }],
  },
  "v3/presence-on-disconnect": {
    // Paired before, so that only its leaving is news.
    prepare: [{ do: "visit", as: CONTROL_UI, device: "<deviceId>" }],
    before: { "client#0": { do: "visit", as: CONTROL_UI, device: "<deviceId>" } },
    departures: 1,
  },
  "v3/restart-config-patch": {
    isSimultaneous: true,
    introduce: { "*": operator("operator.admin") },
    prepare: [{ do: "read-config" }],
  },
  "v3/ro-chat.history": { prepare: FOUR_SESSIONS },
  "v3/ro-device.pair.list": {
    prepare: [
      { do: "visit", as: NODE, device: "<deviceId#4>" },
      { do: "visit", as: NODE, device: "<deviceId#3>" },
      { do: "visit", as: UI, device: "<deviceId#2>" },
      { do: "visit", as: NODE, device: "<deviceId>" },
    ],
    unrecorded: [{ event: "presence" }],
  },
  "v3/ro-node.list": {
    prepare: ["<deviceId>", "<deviceId#2>", "<deviceId#3>"].map((device) => ({
      do: "visit",
      as: NODE,
      device,
    })),
  },
  "v3/ro-node.pair.list": {
    prepare: [
      {
        do: "call",
        method: "node.pair.request",
        params: { nodeId: "legacy-1", displayName: "Legacy", platform: "ios" },
      },
      { do: "approve-nodes" },
      { do: "call", method: "node.rename", params: { nodeId: "legacy-1", displayName: "Renamed" } },
    ],
  },
  "v3/ro-sessions.list": { prepare: FOUR_SESSIONS },
  "v3/ro-sessions.list-titles": { prepare: FOUR_SESSIONS },
  "v3/ro-health": { prepare: FOUR_SESSIONS },
  "v3/ro-health-probe": { prepare: FOUR_SESSIONS },
  "v3/ro-status": { prepare: FOUR_SESSIONS },
  "v3/ro-status-non-admin": { prepare: FOUR_SESSIONS, introduce: { "*": operator("operator.read") } },
  // The protocol answers for an unknown run at once, so that nothing here is slow.
  "v3/ro-usage.cost": { prepare: FOUR_SESSIONS },
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
  "v3/sessions-cycle": {
    introduce: { webchat: WEBCHAT },
    prepare: [run("agent", "tools", "hello"), ...FOUR_SESSIONS.slice(0, -1)],
    // The web chat's device was paired before it was recorded.
    incidental: [{ event: "device.pair.resolved" }],
    unrecorded: [{ event: "device.pair.resolved" }],
  },
  "v3/shutdown-sigterm": {
    isSimultaneous: true,
    introduce: {
      operator: operator("operator.admin", "operator.read"),
      node: NODE,
    },
    // The node was paired while the operator was watching.
    before: { "operator#1": { do: "stop-gateway" } },
  },
  // What it asked for comes before the end.
  "v3/slow-consumer": { gateway: "short of memory", unrecorded: [{ type: "res" }, { event: "presence" }] },
  "v3/tick": { gateway: "ticking", prepare: FOUR_SESSIONS },
  "v3/ui-local-auto-pair": { isSimultaneous: true, turns: ["ui", "watch"] },
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
  "v4/cli-agent-local": { model: "keyless", prepare: [] },
  "v4/cli-agent-remote": { model: "keyless" },
  "v4/cli-devices-list-remote": { prepare: [...ANSWERED_ONCE, ...PAIRED_FOR_READING, ...ASKED_FOR_MORE] },
  "v4/cli-gateway-call-health-local": { prepare: [] },
  "v4/cli-gateway-probe-local": { prepare: [] },
  // It left before the answer about health came.
  "v4/cli-gateway-probe-remote": {
    answersInAnyOrder: true,
    unrecorded: [{ id: "2:447d77bf-8cd3-487c-bc64-348591193e43" }],
  },
  "v4/cli-gateway-status-local": { prepare: [] },
  "v4/cli-health-local": { prepare: [] },
  "v4/cli-logs-local": { prepare: [] },
  "v4/hello-ok": { prepare: [], opening: opening(4) },
  "v4/wire-chat-observer-session-scoped": { before: { "client#3": WATCHED_RUN } },
  "v4/wire-chat-observer-unsubscribed": { before: { "client#3": WATCHED_RUN } },
  "v4/wire-node-v3": { prepare: [...ANSWERED_ONCE, ...PAIRED_FOR_READING] },
  "v4/wire-node-v4": { prepare: [...ANSWERED_ONCE, ...PAIRED_FOR_READING] },
  // The recorder closed before the last answers came.
  // Its only session had failed for want of a key.
  "v4/wire-sessions-sub": {
    model: "keyless",
    answersInAnyOrder: true,
    unrecorded: [{ id: "r5" }, { id: "r9" }, { id: "r10" }, { id: "r11" }],
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
  "v4/node-host": { proof: { "*": "v3" }, answersInAnyOrder: true },
  "v4/third-party-openclaw-node": { proof: { "*": "v2" } },
};

/** What came before a hello that was kept alone. */
function opening(dialect: 3 | 4, device?: Frame): readonly Entry[] {
  const params = {
    minProtocol: dialect,
    maxProtocol: dialect,
    client: { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" },
    scopes: ["operator.read"],
    auth: { token: "<gatewayToken>" },
    ...(device && { device }),
  };
  const payload = { nonce: "<nonce>", ts: "<ms>" };
  return [
    { kind: "receive", frame: { type: "event", event: "connect.challenge", payload } },
    { kind: "send", frame: { type: "req", id: "c1", method: "connect", params } },
  ];
}
