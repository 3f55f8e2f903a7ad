import type { Headers, Introduction, Scenario } from "./stage/scenario.ts";

const PROBE = { id: "gateway-client", mode: "backend", displayName: "probe" };
const BROWSER: Headers = { origin: "http://localhost:<port>" };
const operator = (...scopes: string[]): Introduction => ({ client: PROBE, scopes });

/** A store with four sessions, the newest first: main, cerr, err, dup. */
const FOUR_SESSIONS: Scenario["prepare"] = ["dup", "err", "cerr", "main"].map((name) => ({
  do: "chat",
  sessionKey: `agent:main:${name}`,
  message: "hello there",
}));

/** Stage directions by recording; one that is not listed needs none. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
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
        as: {
          client: { id: "openclaw-control-ui", mode: "webchat" },
          scopes: ["operator.admin"],
          headers: BROWSER,
        },
        device: "<deviceId>",
      },
    ],
  },
  "v3/hs-auth-none": { gateway: "none" },
  "v3/hs-handshake-timeout": { gateway: "impatient" },
  "v3/hs-password-mode": { gateway: "password" },
  "v3/hs-rate-limited": { gateway: "rate-limited" },
  "v3/ro-health": { prepare: FOUR_SESSIONS },
  "v3/ro-health-probe": { prepare: FOUR_SESSIONS },
  "v3/ro-status": { prepare: FOUR_SESSIONS },
  "v3/ro-status-non-admin": { prepare: FOUR_SESSIONS, introduce: { "*": operator("operator.read") } },
  "v3/rpc-missing-scope": { introduce: { "*": operator("operator.read") }, droppedAnswers: ["r1"] },
  "v3/rpc-unknown-method-unprivileged": { introduce: { "*": operator("operator.read") } },
  "v3/rpc-write-implies-read": { introduce: { "*": operator("operator.write") } },
  "v3/run-agent-ok": { model: "fake-1" },
  "v3/run-chat-send-ok": { model: "fake-1" },
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
  "v3/ui-local-auto-pair": { playOrder: ["ui", "watch"] },
  "v3/ui-reconnect-device-token": {
    prepare: [
      {
        do: "visit",
        as: {
          client: { id: "openclaw-control-ui", mode: "webchat" },
          scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
          headers: BROWSER,
        },
        device: "<deviceId>",
      },
    ],
  },
  "v4/wire-first-not-json": { before: { "client#1": { do: "send-text", text: "this is not json" } } },
  "v4/wire-dev-badkey": { proof: { "*": "bad-key" } },
  "v4/wire-dev-badsig": { proof: { "*": "bad-signature" } },
  "v4/wire-dev-ok": { proof: { "*": "v3" } },
  "v4/wire-dev-ok-v2": {
    proof: { "*": "v2" },
    // Paired before, by a connect that named a device family.
    prepare: [
      {
        do: "visit",
        as: {
          client: { id: "cli", mode: "cli", deviceFamily: "Linux" },
          scopes: ["operator.read"],
          dialect: 4,
        },
        device: "<deviceId>",
      },
    ],
  },
  "v4/wire-wrong-token-device": { proof: { "*": "v3" } },
  "v4/third-party-openclaw-node": { proof: { "*": "v2" } },
};
