import { describe, expect, test } from "vitest";
import { resolveSession, rosterOf } from "./roster.ts";

const two = { agents: { list: [{ id: "Ops" }, { id: "home", default: true }] } };

describe("rosterOf", () => {
  test("has the agent main when none is configured", () => {
    expect(rosterOf({}).defaultId).toBe("main");
    expect([...rosterOf({}).agents.keys()]).toEqual(["main"]);
  });

  test("takes the flagged agent as default, else the first", () => {
    expect(rosterOf(two).defaultId).toBe("home");
    expect(rosterOf({ agents: { list: [{ id: "Ops" }, { id: "home" }] } }).defaultId).toBe("ops");
  });
});

describe("resolveSession", () => {
  test("puts bare keys under the explicit agent, else the default one", () => {
    expect(resolveSession(two, { sessionKey: "x" })).toEqual({ key: "agent:home:x", agentId: "home" });
    expect(resolveSession(two, { sessionKey: "x", agentId: "ops" })).toEqual({
      key: "agent:ops:x",
      agentId: "ops",
    });
    expect(resolveSession(two, {})).toEqual({ key: "agent:home:main", agentId: "home" });
  });

  test.each([
    [{ agentId: "nope" }, "unknown_agent", 'unknown agent id "nope"'],
    [{ sessionKey: "agent:ghost:main" }, "unknown_agent", 'unknown agent id "ghost"'],
    [{ sessionKey: "agent:" }, "malformed_session_key", 'malformed session key "agent:"'],
    [
      { agentId: "main", sessionKey: "agent:other:main" },
      "agent_mismatch",
      'agent "main" does not match session key agent "other"',
    ],
  ])("refuses %j", (request, code, message) => {
    expect(() => resolveSession({}, request)).toThrow(expect.objectContaining({ code, message }));
  });

  test("has the key global belong to the default agent", () => {
    expect(resolveSession(two, { sessionKey: "global" })).toEqual({ key: "global", agentId: "home" });
  });
});
