import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveSessionKey } from "./session-key.ts";

const target = { agentId: "beta", isExplicit: true };
const key = (header: string | undefined, user?: unknown) =>
  resolveSessionKey({ header, user }, target, () => "uuid");
const reserved = "`x-openclaw-session-key` cannot use reserved internal session namespaces.";

describe("resolveSessionKey", () => {
  test("takes the header as it is", () => {
    expect(key(" agent:main:My Session ", "alice")).toEqual({ ok: true, value: "agent:main:My Session" });
  });

  test("brings the same user back to the same session", () => {
    expect(key(undefined, " Alice ")).toEqual({ ok: true, value: "agent:beta:openai-user:alice" });
  });

  test.each([undefined, "", "  ", 7, null])("makes a session of its own without a user: %j", (user) => {
    expect(key("", user)).toEqual({ ok: true, value: "agent:beta:openai:uuid" });
  });

  test("T-AZ-16 refuses internal namespaces however they are spelled", () => {
    const namespace = fc.constantFrom("subagent", "cron", "acp", "SubAgent", "CRON", " acp ");
    const prefix = fc.constantFrom(
      "",
      ":",
      "agent:main:",
      "agent:main::",
      "Agent:main:",
      ":agent::main: :",
      "agent: main :",
    );
    fc.assert(
      fc.property(prefix, namespace, fc.string(), (before, name, rest) => {
        const verdict = key(`${before}${name}:${rest}`.slice(0, 500));
        expect(verdict).toMatchObject({ ok: false, refusal: { status: 400, message: reserved } });
      }),
      { seed: 20261122 },
    );
    expect(key("agent:main:cronjob")).toMatchObject({ ok: true });
  });

  test("T-DOS-16 bounds keys and users", () => {
    expect(key("k".repeat(513))).toMatchObject({ ok: false, refusal: { status: 400 } });
    expect(key(undefined, "u".repeat(257))).toMatchObject({ ok: false, refusal: { status: 400 } });
  });
});
