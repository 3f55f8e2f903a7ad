import { describe, expect, test } from "vitest";

import { ANSWERS, createTestSite } from "../../testing/gateway.ts";

const MODELS = [
  { id: "echo", name: "Echo", provider: "builtin", contextWindow: 32_000, input: ["text"] },
  { id: "big", name: "Big", provider: "acme", contextWindow: 200_000, input: ["text", "image"] },
];
const provider = (name: string, status: string, more: object = {}) => ({
  ...{ provider: name, displayName: name, status, profiles: [] },
  ...more,
});
const site = (providers: readonly object[], defaultModel = "builtin/echo") =>
  createTestSite({
    "models.list": () => ({ models: MODELS }),
    "models.authStatus": () => ({ ts: 1, providers }),
    status: () => ({
      ...ANSWERS.status,
      sessions: { ...ANSWERS.status.sessions, defaults: { model: defaultModel, contextTokens: null } },
    }),
  });
const READY = provider("builtin", "static");
const KEYLESS = provider("acme", "missing", { source: "ACME_API_KEY" });

describe("models list", () => {
  test("shows the catalogue with what is the default and what has no key", async () => {
    await using gateway = await site([READY, KEYLESS]);
    const { code, stdout } = await gateway.openclaw(["models", "list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/builtin\/echo +│ text +│ 32k +│ yes +│ default/);
    expect(stdout).toMatch(/acme\/big +│ text\+image │ 200k +│ no key/);
    expect((await gateway.openclaw(["models", "list", "--plain"])).stdout).toBe("builtin/echo\nacme/big\n");
    expect(gateway.gateway.connects).toHaveLength(2);
  });

  test("--json lists a default that the catalogue does not have as missing", async () => {
    await using gateway = await site([READY], "acme/gone");
    const { stdout } = await gateway.openclaw(["models", "list", "--json"]);
    const { count, models } = JSON.parse(stdout) as { count: number; models: readonly object[] };
    expect(count).toBe(3);
    expect(models[0]).toEqual({
      key: "builtin/echo",
      name: "Echo",
      input: "text",
      contextWindow: 32_000,
      available: true,
      tags: [],
      missing: false,
    });
    expect(models[2]).toMatchObject({ key: "acme/gone", available: false, tags: ["default"], missing: true });
  });
});

describe("models status", () => {
  test("names the default and which providers have a key, never a key", async () => {
    await using gateway = await site([READY, KEYLESS]);
    const { code, stdout } = await gateway.openclaw(["models", "status"]);
    expect([code, stdout]).toEqual([
      0,
      "Default: builtin/echo\nModels: 2\nProviders:\n- builtin · ready\n- acme · no key · ACME_API_KEY\n",
    ]);
    const json = await gateway.openclaw(["models", "status", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ defaultModel: "builtin/echo", providers: [READY, KEYLESS] });
    expect((await gateway.openclaw(["models", "status", "--plain"])).stdout).toBe("builtin/echo\n");
  });

  test("--check exits with 1 when a key or the default model is missing, the output unchanged", async () => {
    await using good = await site([READY]);
    await using keyless = await site([READY, KEYLESS]);
    await using gone = await site([READY], "acme/gone");
    const check = async ({ openclaw }: typeof good) => (await openclaw(["models", "status", "--check"])).code;
    expect([await check(good), await check(keyless), await check(gone)]).toEqual([0, 1, 1]);
  });
});
