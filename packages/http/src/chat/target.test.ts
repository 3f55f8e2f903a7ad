import { describe, expect, test } from "vitest";
import { resolveTarget } from "./target.ts";

const agents = {
  defaultId: "main",
  mainKey: "main",
  scope: "per-sender",
  agents: [{ id: "main" }, { id: "beta" }],
} as const;
const target = (model: unknown, header?: string) => resolveTarget({ header, model }, agents);
const found = (agentId: string, isExplicit: boolean) => ({ ok: true, value: { agentId, isExplicit } });
const refused = (message: string) => ({
  ok: false,
  refusal: { status: 400, type: "invalid_request_error", message },
});

describe("resolveTarget", () => {
  test.each([undefined, null, "openclaw", "OpenClaw", "openclaw/default"])(
    "gives %j to the default agent",
    (model) => {
      expect(target(model)).toEqual(found("main", false));
    },
  );

  test.each(["openclaw:beta", "openclaw/beta", "agent:beta", "OPENCLAW/Beta"])(
    "reads the agent in %s",
    (model) => {
      expect(target(model)).toEqual(found("beta", true));
    },
  );

  test("prefers the header to the model", () => {
    expect(target("gpt-4o", " Beta ")).toEqual(found("beta", true));
  });

  test.each(["gpt-4o", "", 7, "openclaw/", "openclaw/../x", "anthropic/claude"])(
    "refuses the model %j",
    (model) => {
      expect(target(model)).toEqual(refused("Invalid `model`. Use `openclaw` or `openclaw/<agentId>`."));
    },
  );

  test("T-CFG-15 refuses agents that are not configured, by model or header", () => {
    expect(target("openclaw/ghost")).toEqual(refused("Unknown agent 'ghost'."));
    expect(target("openclaw", "../../etc")).toEqual(refused("Unknown agent '../../etc'."));
  });
});
