import { describe, expect, test } from "vitest";

import { parseParams } from "../validation.ts";
import { methodContract, METHODS, type MethodName } from "./index.ts";
import { methodScope } from "./scopes.ts";

const textOf = (method: MethodName, input: unknown, dialect?: 3 | 4) => {
  const parsed = parseParams(METHODS[method].params, input, dialect);
  return parsed.ok ? undefined : parsed.text;
};

describe("METHODS", () => {
  test.each<[MethodName, string]>([
    ["health", "none"],
    ["status", "operator.read"],
    ["last-heartbeat", "operator.read"],
    ["system-presence", "operator.read"],
    ["system-event", "operator.admin"],
    ["logs.tail", "operator.read"],
    ["channels.status", "operator.read"],
    ["config.get", "operator.read"],
    ["models.list", "operator.read"],
    ["agents.list", "operator.read"],
    ["agents.create", "operator.admin"],
    ["agents.update", "operator.admin"],
    ["agents.delete", "operator.admin"],
    ["sessions.list", "operator.read"],
    ["agent", "operator.write"],
    ["agent.wait", "operator.write"],
    ["chat.history", "operator.read"],
    ["chat.abort", "operator.write"],
    ["chat.send", "operator.write"],
    ["chat.inject", "operator.admin"],
    ["set-heartbeats", "operator.admin"],
    ["wake", "operator.write"],
    ["talk.config", "operator.read"],
    ["talk.mode", "operator.talk"],
    ["voicewake.get", "operator.read"],
    ["voicewake.set", "operator.write"],
    ["config.set", "operator.admin"],
    ["config.patch", "operator.admin"],
    ["config.apply", "operator.admin"],
    ["config.schema", "operator.read"],
    ["config.schema.lookup", "operator.read"],
    ["channels.logout", "operator.admin"],
    ["agent.identity.get", "operator.read"],
    ["usage.status", "operator.read"],
    ["usage.cost", "operator.read"],
    ["skills.status", "operator.read"],
    ["skills.bins", "node"],
    ["tools.catalog", "operator.read"],
    ["doctor.memory.status", "operator.read"],
    ["cron.list", "operator.read"],
    ["cron.status", "operator.read"],
    ["cron.runs", "operator.read"],
    ["node.list", "operator.read"],
    ["node.describe", "operator.read"],
    ["system.info", "operator.read"],
    ["gateway.identity.get", "operator.read"],
    ["gateway.restart.preflight", "operator.read"],
    ["sessions.preview", "operator.read"],
    ["sessions.resolve", "operator.read"],
    ["sessions.describe", "operator.read"],
    ["sessions.get", "operator.read"],
    ["sessions.subscribe", "operator.read"],
    ["sessions.messages.subscribe", "operator.read"],
    ["sessions.messages.unsubscribe", "operator.read"],
    ["sessions.patch", "operator.write"],
    ["sessions.send", "operator.write"],
    ["sessions.abort", "operator.write"],
    ["sessions.reset", "operator.admin"],
    ["sessions.delete", "operator.admin"],
    ["sessions.compact", "operator.admin"],
    ["sessions.cleanup", "operator.admin"],
    ["exec.approvals.get", "operator.admin"],
    ["exec.approvals.set", "operator.admin"],
    ["exec.approvals.node.get", "operator.admin"],
    ["exec.approvals.node.set", "operator.admin"],
    ["exec.approval.get", "operator.approvals"],
    ["exec.approval.list", "operator.approvals"],
    ["exec.approval.request", "operator.approvals"],
    ["exec.approval.resolve", "operator.approvals"],
    ["exec.approval.waitDecision", "operator.approvals"],
    ["device.pair.list", "operator.pairing"],
    ["device.pair.approve", "operator.pairing"],
    ["device.pair.reject", "operator.pairing"],
    ["device.pair.remove", "operator.pairing"],
    ["device.pair.rename", "operator.pairing"],
    ["device.token.rotate", "operator.pairing"],
    ["device.token.revoke", "operator.pairing"],
  ])("asks %s callers for %s", (name, scope) => {
    expect(METHODS[name].scope).toBe(scope);
  });

  test.each([
    [{ label: "x" }, undefined],
    [{ label: null, category: "c", model: "m", thinkingLevel: "low", fastMode: true }, undefined],
    [{ label: "x", agentId: "main", expectedSessionId: "s" }, undefined],
    [{}, "operator.admin"],
    [{ agentId: "main" }, "operator.admin"],
    [{ sendPolicy: "deny" }, "operator.admin"],
    [{ label: "x", execSecurity: "full" }, "operator.admin"],
    [{ elevatedLevel: null }, "operator.admin"],
  ])("T-AZ-04 lets writers change what a session is called, not what it may do: %j", (patch, scope) => {
    expect(methodContract("sessions.patch")?.extraScope?.({ key: "k", ...patch })).toBe(scope);
  });

  test("T-AZ-04 asks more of those who want secrets or speak for others", () => {
    const talk = methodContract("talk.config");
    expect(talk?.extraScope?.({ includeSecrets: true })).toBe("operator.talk.secrets");
    expect(talk?.extraScope?.({ includeSecrets: false })).toBeUndefined();
    const send = (extra: object) =>
      methodContract("chat.send")?.extraScope?.({
        sessionKey: "k",
        message: "m",
        idempotencyKey: "i",
        ...extra,
      });
    expect(send({})).toBeUndefined();
    expect(send({ originatingTo: "x" })).toBe("operator.admin");
    expect(send({ systemInputProvenance: {} })).toBe("operator.admin");
  });

  test("T-AZ-04 leaves only health open to connections without a scope", () => {
    expect(
      Object.entries(METHODS)
        .filter(([, { scope }]) => scope === "none")
        .map(([name]) => name),
    ).toEqual(["health"]);
  });

  test.each<[MethodName, unknown, string]>([
    ["chat.history", {}, "must have required property 'sessionKey'"],
    ["chat.history", { sessionKey: "main", limit: 0 }, "at /limit: must be >= 1"],
    ["agent", { message: "hi" }, "must have required property 'idempotencyKey'"],
    ["config.get", { nope: true }, "at root: unexpected property 'nope'"],
    ["sessions.list", [], "must be object"],
    ["sessions.list", { bogus: 1 }, "at root: unexpected property 'bogus'"],
    [
      "chat.send",
      { sessionKey: "agent:main:c8", message: "x" },
      "must have required property 'idempotencyKey'",
    ],
    ["logs.tail", { limit: 5_001 }, "at /limit: must be <= 5000"],
    ["agent.wait", { runId: "" }, "at /runId: must NOT have fewer than 1 characters"],
    [
      "wake",
      { mode: "later", text: "ping" },
      "at /mode: must be equal to constant; at /mode: must match a schema in anyOf",
    ],
    ["sessions.preview", { keys: [] }, "at /keys: must NOT have fewer than 1 items"],
    ["sessions.patch", { key: "k", bogus: 1 }, "at root: unexpected property 'bogus'"],
    ["sessions.compact", { key: "k", maxLines: 0 }, "at /maxLines: must be >= 1"],
    [
      "chat.inject",
      { sessionKey: "k", message: "m", label: "x".repeat(101) },
      "at /label: must NOT have more than 100 characters",
    ],
    ["cron.list", { limit: 201 }, "at /limit: must be <= 200"],
    ["cron.runs", { jobId: "../x" }, 'at /jobId: must match pattern "^[^/\\\\]+$"'],
    ["skills.bins", { x: 1 }, "at root: unexpected property 'x'"],
    ["device.pair.list", { deviceId: "d" }, "at root: unexpected property 'deviceId'"],
    [
      "exec.approvals.set",
      { file: { version: 2, defaults: { security: "all" }, agents: { main: { allowlist: [{}] } } } },
      "at /file/version: must be equal to constant; at /file/defaults/security: must be equal to constant; " +
        "at /file/defaults/security: must match a schema in anyOf; " +
        "at /file/agents/main/allowlist/0: must have required property 'pattern'",
    ],
    ["exec.approval.request", { command: "" }, "at /command: must NOT have fewer than 1 characters"],
    ["exec.approval.request", { command: "x", timeoutMs: 0 }, "at /timeoutMs: must be >= 1"],
    ["device.pair.approve", { requestId: "" }, "at /requestId: must NOT have fewer than 1 characters"],
    [
      "device.pair.rename",
      { deviceId: "d", label: "x".repeat(65) },
      "at /label: must NOT have more than 64 characters",
    ],
    [
      "device.token.rotate",
      { deviceId: "d", scopes: [""] },
      "must have required property 'role'; at /scopes/0: must NOT have fewer than 1 characters",
    ],
  ])("refuses %s with %j: %s", (name, input, text) => {
    expect(textOf(name, input)).toBe(text);
  });

  test.each<[MethodName, unknown]>([
    ["health", { probe: true, zzz: 1 }],
    ["status", { includeChannelSummary: false, includeCliProjection: true, zzz: 1 }],
    ["system-presence", { anything: 1 }],
    ["system-event", { text: "hello", tags: "wrongly typed", lastInputSeconds: "x" }],
    ["channels.status", { probe: true, timeoutMs: 10_000, channel: "telegram" }],
    [
      "sessions.list",
      { limit: 5, offset: 0, activeOnly: true, ownerFirst: true, sortBy: "activity", involvingMe: false },
    ],
    [
      "chat.send",
      {
        sessionKey: "main",
        message: "",
        idempotencyKey: "k",
        queueMode: "steer",
        fastMode: "auto",
        expectedLeafEntryId: null,
      },
    ],
    [
      "chat.history",
      { sessionKey: "main", offset: 3, messageId: "m", cursor: "c", maxBytes: 1024, inputRunIds: ["a"] },
    ],
    ["agent", { message: "hi", idempotencyKey: "k", deliver: false, timeout: 600, agentId: "main" }],
    ["cron.list", { includeDisabled: false, limit: 200, offset: 0 }],
    ["sessions.subscribe", { limit: 5, ownerFirst: true }],
    ["sessions.messages.subscribe", { key: "agent:main:main", includeApprovals: true }],
    [
      "exec.approval.request",
      {
        command: "ls",
        cwd: null,
        commandArgv: ["ls"],
        systemRunPlan: { argv: ["ls"] },
        env: { A: "1" },
        unavailableDecisions: ["allow-always"],
        suppressDelivery: true,
      },
    ],
    ["exec.approval.waitDecision", {}],
    ["exec.approval.resolve", { id: "a", decision: "deny", reviewer: { kind: "human" } }],
    ["sessions.delete", { key: "k", deleteTranscript: false, emitLifecycleHooks: true, agentId: "main" }],
    ["sessions.patch", { key: "k", label: null, spawnDepth: 0, fastMode: "auto", responseUsage: "on" }],
    ["sessions.cleanup", { dryRun: true, enforce: false, activeKey: "main" }],
    ["usage.cost", { days: 7, startDate: 5, anything: true }],
    ["set-heartbeats", {}],
    ["logs.tail", { limit: 5, maxBytes: 250_000 }],
  ])("takes what clients of either dialect send to %s: %j", (name, input) => {
    expect(textOf(name, input)).toBeUndefined();
  });
});

describe("methodContract", () => {
  test("finds contracts by name", () => {
    expect(methodContract("health")).toBe(METHODS.health);
  });

  test.each(["toString", "constructor", "__proto__", "hasOwnProperty", "", "x".repeat(10_000)])(
    "T-AZ-09 knows no method %j",
    (name) => {
      expect(methodContract(name)).toBeUndefined();
    },
  );
});

describe("methodScope", () => {
  test("is the contract's scope where there is a contract", () => {
    for (const [name, { scope }] of Object.entries(METHODS)) expect(methodScope(name)).toBe(scope);
  });

  test.each([
    ["send", "operator.write"],
    ["config.set", "operator.admin"],
    ["device.pair.list", "operator.pairing"],
    ["exec.approval.resolve", "operator.approvals"],
    ["cron.add", "operator.admin"],
    ["exec.approval.list", "operator.approvals"],
    ["node.event", "node"],
    ["web.login.start", "operator.admin"],
  ])("T-AZ-04 keeps the protocol's scope of %s, whether this build has it or not", (name, scope) => {
    expect(methodScope(name)).toBe(scope);
  });

  test.each(["no.such.method", "connect", "", "constructor", "__proto__"])(
    "asks admin of callers of %j",
    (name) => {
      expect(methodScope(name)).toBe("operator.admin");
    },
  );
});
