import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalSessionKey,
  formatSessionKey,
  parseSessionKey,
  sessionKindOf,
  slugAgentId,
} from "./session-key.ts";

const defaults = { agentId: "main" };

describe("canonicalSessionKey", () => {
  test.each([
    [undefined, "agent:main:main"],
    ["", "agent:main:main"],
    ["main", "agent:main:main"],
    ["MAIN", "agent:main:main"],
    ["foo", "agent:main:foo"],
    ["Agent:Main:Foo", "agent:main:foo"],
    ["agent::main::foo:", "agent:main:foo"],
    ["agent:my bot:x", "agent:my-bot:x"],
    ["hook:abc", "agent:main:hook:abc"],
    ["agent:main:telegram:group:-100:topic:7", "agent:main:telegram:group:-100:topic:7"],
    ["global", "global"],
    ["unknown", "unknown"],
  ])("reads %j as %s", (raw, key) => {
    expect(canonicalSessionKey(raw, defaults)).toBe(key);
  });

  test.each(["agent:", "agent:main", "agent:main:", "agent:::", ":::", "a\nb", "k".repeat(600)])(
    "refuses %j",
    (raw) => {
      expect(canonicalSessionKey(raw, defaults)).toBeUndefined();
    },
  );

  test("takes a configured main key for the main session", () => {
    const home = { agentId: "beta", mainKey: "Home" };
    expect(canonicalSessionKey("home", home)).toBe("agent:beta:main");
    expect(canonicalSessionKey("agent:other:home", home)).toBe("agent:other:main");
  });

  test("has one main session for all in scope global", () => {
    const shared = { agentId: "main", scope: "global" } as const;
    expect(canonicalSessionKey(undefined, shared)).toBe("global");
    expect(canonicalSessionKey("agent:main:main", shared)).toBe("global");
    expect(canonicalSessionKey("foo", shared)).toBe("agent:main:foo");
  });

  test("is idempotent for every text", () => {
    fc.assert(
      fc.property(fc.string(), (raw) => {
        const key = canonicalSessionKey(raw, defaults);
        if (key !== undefined) expect(canonicalSessionKey(key, { agentId: "elsewhere" })).toBe(key);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe("parseSessionKey", () => {
  const id = fc.stringMatching(/^[a-z0-9][a-z0-9_]{0,20}$/u);
  const part = fc.stringMatching(/^[a-z0-9+@._-]{1,12}$/u);

  test("gives back what formatSessionKey was given", () => {
    fc.assert(
      fc.property(id, fc.array(part, { minLength: 1, maxLength: 5 }), (agentId, parts) => {
        const rest = parts.join(":");
        expect(parseSessionKey(formatSessionKey(agentId, rest))).toEqual({ kind: "agent", agentId, rest });
      }),
      { seed: 7 },
    );
  });
});

describe("slugAgentId", () => {
  test("always gives a valid agent id", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(slugAgentId(text)).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/u);
      }),
      { seed: 7 },
    );
    expect(slugAgentId("  ")).toBe("main");
    expect(slugAgentId("Ops Team!")).toBe("ops-team");
  });
});

describe("sessionKindOf", () => {
  test("tells groups from direct chats by key or chat type", () => {
    expect(sessionKindOf("agent:main:telegram:group:1")).toBe("group");
    expect(sessionKindOf("agent:main:slack:channel:c1")).toBe("group");
    expect(sessionKindOf("agent:main:x", "group")).toBe("group");
    expect(sessionKindOf("agent:main:main")).toBe("direct");
    expect(sessionKindOf("global")).toBe("global");
  });
});
