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
    ["sessions.list", "operator.read"],
    ["agent", "operator.write"],
    ["agent.wait", "operator.write"],
    ["chat.history", "operator.read"],
    ["chat.abort", "operator.write"],
    ["chat.send", "operator.write"],
  ])("asks %s callers for %s", (name, scope) => {
    expect(METHODS[name].scope).toBe(scope);
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
    ["cron.list", "operator.read"],
    ["node.event", "node"],
    ["web.login.start", "operator.admin"],
    ["sessions.patch", "operator.admin"],
    ["talk.mode", "operator.talk"],
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
