import { describe, expect, test, vi } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";

const runGateway = vi.hoisted(() => vi.fn<(options: object) => Promise<number>>());
vi.mock("@openclaw/gateway", () => ({ runGateway }));

async function flagsOf(words: readonly string[], env: Record<string, string> = {}) {
  runGateway.mockResolvedValueOnce(0);
  await using home = await createTestHome();
  const { code } = await home.openclaw(words, { env });
  return { code, options: runGateway.mock.lastCall?.[0] };
}

describe("gateway run", () => {
  const all = [
    ...["--port", "19001", "--bind", "lan", "--auth", "token", "--token", "t", "--token-file", "/t"],
    ...["--password", "p", "--password-file", "/p", "--verbose", "--allow-unconfigured", "--dev"],
    ...["--force", "--force", "--ws-log", "full"],
  ];
  const flags = {
    port: "19001",
    bind: "lan",
    auth: "token",
    token: "t",
    tokenFile: "/t",
    password: "p",
    passwordFile: "/p",
    verbose: true,
    allowUnconfigured: true,
    dev: true,
    force: 2,
    wsLog: "full",
  };

  test.each([[["gateway", ...all]], [["gateway", "run", ...all]], [["gateway", ...all, "run"]]])(
    "hands every flag to the gateway: %j",
    async (words) => {
      expect(await flagsOf(words)).toMatchObject({ code: 0, options: { flags } });
    },
  );

  test("hands over nothing that was not typed", async () => {
    expect((await flagsOf(["gateway"])).options).toMatchObject({ flags: {} });
    expect(runGateway.mock.lastCall?.[0]).toHaveProperty("flags", {});
  });

  test("the dev profile is in the environment it gets; --dev behind the command is the gateway's own", async () => {
    const profile = await flagsOf(["--dev", "gateway", "--allow-unconfigured"]);
    expect(profile.options).toMatchObject({
      env: { OPENCLAW_PROFILE: "dev", OPENCLAW_GATEWAY_PORT: "19001" },
    });
    const bootstrap = await flagsOf(["gateway", "--dev"]);
    expect(bootstrap.options).toMatchObject({ flags: { dev: true } });
    expect(bootstrap.options).not.toHaveProperty("env.OPENCLAW_PROFILE");
  });

  test("passes the exit code on", async () => {
    runGateway.mockResolvedValueOnce(78);
    await using home = await createTestHome();
    expect((await home.openclaw(["gateway", "run"])).code).toBe(78);
  });

  test("reports what nobody expected in one line", async () => {
    runGateway.mockRejectedValueOnce(new Error("out of ideas"));
    await using home = await createTestHome();
    expect(await home.openclaw(["gateway"])).toMatchObject({
      code: 1,
      stderr: "[openclaw] Failed to start CLI: out of ideas\n",
    });
  });
});
