import { describe, expect, test } from "vitest";

import type { ClientId, ClientMode } from "./connect.ts";
import {
  agentAccepted,
  authFailure,
  chatPayload,
  deviceAuthFailure,
  healthOnConnect,
  healthPayload,
  helloFor,
  pairedDevice,
  pairingRequest,
  pairingRequired,
  protocolMismatch,
  roleFailure,
  scopeFailure,
  unknownAgent,
  shutdownPayload,
} from "./dialect.ts";
import type { ChatEventPayload } from "./events/runs.ts";
import type { HealthSnapshot } from "./health.ts";
import type { HelloOk } from "./hello.ts";
import { DEVICE_AUTH_FAILURES, type DeviceAuthReason } from "./refusals.ts";

describe("healthPayload", () => {
  test("tells of plugins and reload in dialect 4 only", () => {
    const common: HealthSnapshot = {
      ok: true,
      ts: 1,
      durationMs: 1,
      channels: {},
      channelOrder: [],
      channelLabels: {},
      heartbeatSeconds: 0,
      defaultAgentId: "main",
      agents: [],
      sessions: { path: "p", count: 0, recent: [] },
    };
    const health = {
      ...common,
      plugins: { loaded: [], errors: [], unavailable: [] },
      configReload: { hotReloadStatus: "active" },
      eventLoop: {
        ...{ degraded: false, degradedSinceMs: null, reasons: [], intervalMs: 1000 },
        ...{ delayP99Ms: 1, delayMaxMs: 2, utilization: 0.1, cpuCoreRatio: 0.1 },
      },
    };
    expect(healthPayload(4, health)).toBe(health);
    expect(healthPayload(3, health)).toEqual(common);
  });
});

describe("unknownAgent", () => {
  test("has a code in dialect 4 and the same message in both", () => {
    expect(unknownAgent(3, "m").toShape()).toEqual({ code: "INVALID_REQUEST", message: "m" });
    expect(unknownAgent(4, "m").toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "m",
      details: { code: "UNKNOWN_AGENT_ID" },
    });
  });
});

describe("scopeFailure", () => {
  test("is an invalid request in dialect 3 and forbidden with details in dialect 4, with the same message", () => {
    expect(scopeFailure(3, "operator.read").toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "missing scope: operator.read",
    });
    expect(scopeFailure(4, "operator.read").toShape()).toEqual({
      code: "FORBIDDEN",
      message: "missing scope: operator.read",
      details: { code: "MISSING_SCOPE", missingScope: "operator.read", requiredScopes: ["operator.read"] },
    });
  });
});

describe("roleFailure", () => {
  test("names the role the caller has", () => {
    expect(roleFailure("node").toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "unauthorized role: node",
    });
  });
});

describe("shutdownPayload", () => {
  test.each([
    [3, { reason: "gateway stopping", restartExpectedMs: null }],
    [4, { reason: "gateway stopping" }],
  ] as const)("in dialect %i writes a stop without time as %j", (dialect, payload) => {
    expect(shutdownPayload(dialect, { reason: "gateway stopping" })).toStrictEqual(payload);
  });

  test("announces the time of a restart in both dialects", () => {
    const restart = { reason: "gateway restarting", restartExpectedMs: 1500 };
    expect(shutdownPayload(3, restart)).toStrictEqual(restart);
    expect(shutdownPayload(4, restart)).toStrictEqual(restart);
  });
});

describe("chatPayload", () => {
  const message = { role: "assistant", content: [{ type: "text", text: "Hello" }], timestamp: 1 };
  const delta: ChatEventPayload = {
    runId: "r",
    sessionKey: "agent:main:main",
    agentId: "main",
    seq: 2,
    state: "delta",
    deltaText: "Hello",
    message,
  };

  test("keeps the new text in dialect 4 and leaves only the text so far in dialect 3", () => {
    expect(chatPayload(4, delta)).toBe(delta);
    expect(chatPayload(3, delta)).toStrictEqual({
      runId: "r",
      sessionKey: "agent:main:main",
      seq: 2,
      state: "delta",
      message,
    });
  });

  test("keeps outcome fields in dialect 3", () => {
    const { deltaText: _, ...rest } = delta;
    expect(chatPayload(3, { ...rest, state: "aborted", stopReason: "rpc" })).toMatchObject({
      stopReason: "rpc",
      message,
    });
    expect(
      chatPayload(3, { ...rest, state: "error", errorMessage: "down", errorDetail: "d" }),
    ).not.toHaveProperty("errorDetail");
  });

  test("tells dialect 3 why a run stopped only when it was aborted", () => {
    const final = {
      runId: "r",
      sessionKey: "k",
      seq: 3,
      state: "final",
      stopReason: "stop",
      message,
    } as const;
    expect(chatPayload(3, final)).not.toHaveProperty("stopReason");
    expect(chatPayload(4, final)).toHaveProperty("stopReason", "stop");
  });

  test("has no status events in dialect 3", () => {
    expect(
      chatPayload(3, { runId: "r", sessionKey: "k", seq: 1, state: "status", phase: "starting_model" }),
    ).toBeUndefined();
  });
});

describe("agentAccepted", () => {
  test("names session and agent in dialect 4 only", () => {
    const answer = {
      runId: "r",
      status: "accepted",
      acceptedAt: 1,
      sessionKey: "agent:main:main",
      agentId: "main",
    } as const;
    expect(agentAccepted(4, answer)).toBe(answer);
    expect(agentAccepted(3, answer)).toStrictEqual({ runId: "r", status: "accepted", acceptedAt: 1 });
  });
});

describe("healthOnConnect", () => {
  test("belongs to dialect 3", () => {
    expect([healthOnConnect(3), healthOnConnect(4)]).toEqual([true, false]);
  });
});

describe("protocolMismatch", () => {
  test("tells both ranges, so that a node host can come back with the older one", () => {
    expect(protocolMismatch({ minProtocol: 5, maxProtocol: 6 }).toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "protocol mismatch",
      details: {
        code: "PROTOCOL_MISMATCH",
        clientMinProtocol: 5,
        clientMaxProtocol: 6,
        expectedProtocol: 4,
        minimumProbeProtocol: 3,
      },
    });
  });
});

describe("deviceAuthFailure", () => {
  test.each(Object.entries(DEVICE_AUTH_FAILURES))(
    "reports %s with one code in dialect 3 and its own in dialect 4",
    (reason, { message, code }) => {
      const details = (dialect: 3 | 4) => deviceAuthFailure(dialect, reason as DeviceAuthReason).toShape();
      expect(details(3)).toEqual({
        code: "INVALID_REQUEST",
        message,
        details: { code: "DEVICE_AUTH_INVALID", reason },
      });
      expect(details(4)).toEqual({ code: "INVALID_REQUEST", message, details: { code, reason } });
    },
  );
});

describe("authFailure", () => {
  const cli = { id: "cli", mode: "cli" } as const;

  test("gives dialect 3 the reason and dialect 4 also the way out", () => {
    expect(authFailure(3, { reason: "token_mismatch", client: cli, isLocal: true }).toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)",
      details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
    });
    expect(authFailure(4, { reason: "token_mismatch", client: cli, isLocal: true }).toShape()).toEqual({
      code: "INVALID_REQUEST",
      message:
        "unauthorized: gateway token mismatch (use this gateway's gateway.auth.token or pair the device)",
      details: {
        code: "AUTH_TOKEN_MISMATCH",
        authReason: "token_mismatch",
        canRetryWithDeviceToken: false,
        recommendedNextStep: "update_auth_credentials",
      },
    });
  });

  test("offers the device token as second try only after a token mismatch", () => {
    const detailsOf = (reason: string) =>
      authFailure(4, { reason, client: cli, isLocal: false, canRetryWithDeviceToken: true }).details;
    expect(detailsOf("token_mismatch")).toMatchObject({
      canRetryWithDeviceToken: true,
      recommendedNextStep: "retry_with_device_token",
    });
    expect(detailsOf("rate_limited")).toMatchObject({
      canRetryWithDeviceToken: false,
      recommendedNextStep: "wait_then_retry",
    });
  });

  test("says when a lockout ends, in both dialects", () => {
    for (const dialect of [3, 4] as const) {
      const error = authFailure(dialect, {
        reason: "rate_limited",
        client: cli,
        isLocal: false,
        retryAfterMs: 250,
      });
      expect(error.toShape()).toMatchObject({
        message: "unauthorized: too many failed authentication attempts (retry later)",
        retryable: true,
        retryAfterMs: 250,
      });
    }
  });

  test.each<[string, ClientId, ClientMode, string]>([
    ["token_missing", "cli", "cli", "set gateway.remote.token to match gateway.auth.token"],
    [
      "token_missing",
      "openclaw-control-ui",
      "ui",
      "open the dashboard URL and paste the token in Control UI settings",
    ],
    [
      "token_missing",
      "webchat",
      "webchat",
      "open the dashboard URL and paste the token in Control UI settings",
    ],
    ["token_missing", "gateway-client", "backend", "provide gateway auth token"],
    ["password_mismatch", "cli", "cli", "set gateway.remote.password to match gateway.auth.password"],
    ["password_mismatch", "webchat-ui", "ui", "enter the password in Control UI settings"],
    ["password_mismatch", "test", "test", "provide gateway auth password"],
  ])("advises on %s by %s/%s: %s", (reason, id, mode, hint) => {
    expect(authFailure(4, { reason, client: { id, mode }, isLocal: false }).message).toContain(`(${hint})`);
  });

  test("reports reasons without an own code as plain unauthorized", () => {
    const named = authFailure(3, { reason: "named_token_expired", client: cli, isLocal: false });
    expect(named.message).toBe("unauthorized");
    expect(named.details).toEqual({ code: "AUTH_UNAUTHORIZED", authReason: "named_token_expired" });
    expect(authFailure(3, { reason: undefined, client: cli, isLocal: false }).details).toEqual({
      code: "AUTH_REQUIRED",
    });
  });

  test("tells a dialect 4 client that its proxy sent no identity", () => {
    const reason = "trusted_proxy_missing_header_x-user";
    expect(authFailure(4, { reason, client: cli, isLocal: false }).details).toMatchObject({
      code: "AUTH_IDENTITY_HEADER_REQUIRED",
    });
    expect(authFailure(3, { reason, client: cli, isLocal: false }).details).toMatchObject({
      code: "AUTH_UNAUTHORIZED",
    });
  });

  test("takes no reason from an object prototype", () => {
    expect(authFailure(3, { reason: "constructor", client: cli, isLocal: false }).message).toBe(
      "unauthorized",
    );
  });
});

describe("pairingRequired", () => {
  const demand = {
    reason: "scope-upgrade",
    requestId: "1526035a-79a2-47fe-88e5-967264bc36ce",
    deviceId: "d".repeat(64),
    requestedRole: "operator",
    requestedScopes: ["operator.admin"],
    approvedRoles: ["operator"],
    approvedScopes: ["operator.read"],
  } as const;

  test("is short in dialect 3", () => {
    const { error, closeReason } = pairingRequired(3, demand);
    expect(error.toShape()).toEqual({
      code: "NOT_PAIRED",
      message: "pairing required",
      details: { code: "PAIRING_REQUIRED", requestId: demand.requestId, reason: "scope-upgrade" },
    });
    expect(closeReason).toBe("pairing required");
  });

  test("tells a dialect 4 client what it asked for and what it has", () => {
    const { requestId, reason, ...rest } = demand;
    expect(pairingRequired(4, demand).error.toShape()).toEqual({
      code: "NOT_PAIRED",
      message: "pairing required: device is asking for more scopes than currently approved",
      details: {
        code: "PAIRING_REQUIRED",
        reason,
        requestId,
        remediationHint: "Review the requested scopes, then approve the pending upgrade.",
        ...rest,
      },
    });
  });

  test.each(["not-paired", "role-upgrade", "scope-upgrade"] as const)(
    "keeps the whole request id in the close reason (%s)",
    (reason) => {
      const { closeReason } = pairingRequired(4, { ...demand, reason });
      expect(closeReason).toMatch(
        /^pairing required: device is .* \(requestId: 1526035a-79a2-47fe-88e5-967264bc36ce\)$/,
      );
      expect(closeReason.length).toBeLessThanOrEqual(120);
    },
  );
});

describe("helloFor", () => {
  const hello: HelloOk = {
    type: "hello-ok",
    protocol: 4,
    server: { version: "1", connId: "c", bootId: "b" },
    features: { methods: ["health"], events: ["tick"], capabilities: [] },
    snapshot: {
      presence: [],
      health: {},
      stateVersion: { presence: 1, health: 1 },
      uptimeMs: 1,
      suspension: { phase: "accepting" },
    },
    auth: { method: "token", role: "operator", scopes: ["operator.read"] },
    policy: {
      maxPayload: 1,
      maxBufferedBytes: 2,
      tickIntervalMs: 3,
      attachments: { maxBytes: 4, maxImageBytes: 5 },
    },
  };

  test("leaves a dialect 4 hello as it is", () => {
    expect(helloFor(hello)).toBe(hello);
  });

  test("gives dialect 3 exactly the keys its line knows", () => {
    expect(helloFor({ ...hello, protocol: 3 })).toStrictEqual({
      type: "hello-ok",
      protocol: 3,
      server: { version: "1", connId: "c" },
      features: { methods: ["health"], events: ["tick"] },
      snapshot: { presence: [], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 1 },
      policy: { maxPayload: 1, maxBufferedBytes: 2, tickIntervalMs: 3 },
    });
  });

  test("hands dialect 3 an issued device token, without the method", () => {
    const auth = { method: "device-token", role: "node", scopes: [], deviceToken: "t", issuedAtMs: 7 };
    expect(helloFor({ ...hello, protocol: 3, auth }).auth).toStrictEqual({
      deviceToken: "t",
      role: "node",
      scopes: [],
      issuedAtMs: 7,
    });
  });
});

describe("pairedDevice and pairingRequest", () => {
  const record = { deviceId: "d", publicKey: "k", platform: "linux", deviceFamily: "Linux" };

  test("show dialect 3 only what its clients know", () => {
    const device = { ...record, roles: ["node"], createdAtMs: 1, approvedAtMs: 2, tokens: [] };
    const more = {
      approvedVia: "silent",
      lastSeenAtMs: 3,
      lastSeenReason: "connect",
      connected: true,
    } as const;
    expect(pairedDevice(4, { ...device, ...more })).toStrictEqual({ ...device, ...more });
    expect(pairedDevice(3, { ...device, ...more })).toStrictEqual({
      deviceId: "d",
      publicKey: "k",
      platform: "linux",
      roles: ["node"],
      createdAtMs: 1,
      approvedAtMs: 2,
      tokens: [],
    });
    const request = { ...record, requestId: "r", ts: 1 };
    expect(pairingRequest(4, request)).toStrictEqual(request);
    expect(pairingRequest(3, request)).toStrictEqual({
      deviceId: "d",
      publicKey: "k",
      platform: "linux",
      requestId: "r",
      ts: 1,
    });
  });
});
