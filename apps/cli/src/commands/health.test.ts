import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { RpcError } from "@openclaw/client";
import { describe, expect, test } from "vitest";

import { ANSWERS, createDownSite, createTestSite } from "../testing/gateway.ts";

describe("health", () => {
  test("shows agents, heartbeats and session stores with their latest sessions", async () => {
    const [agent] = ANSWERS.health.agents;
    const recent = [{ key: "agent:main:main", updatedAt: 5, age: 120_000 }];
    const health = { ...ANSWERS.health, agents: [{ ...agent, sessions: { path: "/s", count: 1, recent } }] };
    await using site = await createTestSite({ health: () => health });
    const { code, stdout } = await site.openclaw(["health"]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "Agents: main (default)",
      "Heartbeat interval: 30m (main)",
      "Session store (main): /s (1 entry)",
      "- agent:main:main (2m ago)",
      "",
    ]);
  });

  test("--verbose probes and shows the connection first", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["health", "--verbose"]);
    expect(stdout).toMatch(/^Gateway connection:\n {2}Gateway target: ws:/);
    expect(site.gateway.requests).toEqual([
      expect.objectContaining({ method: "health", params: { probe: true } }),
    ]);
  });

  test("--strict exits with 1 when a configured channel does not run", async () => {
    const channels = { telegram: { configured: true, running: false } };
    await using site = await createTestSite({ health: () => ({ ...ANSWERS.health, channels }) });
    expect((await site.openclaw(["health"])).code).toBe(0);
    expect((await site.openclaw(["health", "--strict"])).code).toBe(1);
  });

  test("with the gateway down: exit code 1, no stack, under --json one object on stdout", async () => {
    await using site = await createDownSite();
    const text = await site.openclaw(["health"]);
    expect(text).toMatchObject({ code: 1, stdout: "" });
    expect(text.stderr).toMatch(/^\[openclaw\] Failed to start CLI: Error: gateway closed \(1006 /);
    expect(text.stderr).not.toMatch(/\n\s+at /);
    const json = await site.openclaw(["health", "--json"]);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "unreachable" } });
  });

  test("carries the profile in the command to type next", async () => {
    await using site = await createDownSite();
    const env = { OPENCLAW_GATEWAY_PORT: String(site.port) };
    expect((await site.openclaw(["--dev", "health"], { env })).stderr).toContain(
      "start it with: openclaw --dev gateway",
    );
    expect((await site.openclaw(["--profile", "spare", "health"], { env })).stderr).toContain(
      "openclaw --profile spare gateway",
    );
  });

  test("sends to the service where one is to run here, and asks no supervisor", async () => {
    await using site = await createDownSite();
    const units = join(site.home, ".config/systemd/user");
    await mkdir(join(units, "default.target.wants"), { recursive: true });
    await symlink(
      "../openclaw-gateway.service",
      join(units, "default.target.wants/openclaw-gateway.service"),
    );
    const hint = async () => {
      const { stdout } = await site.openclaw(["health", "--json"]);
      return (JSON.parse(stdout) as { readonly error: { readonly hint: string } }).error.hint;
    };
    // Of a unit that somebody has removed by hand the link alone is left.
    expect(await hint()).toBe("start it with: openclaw gateway");
    await writeFile(join(units, "openclaw-gateway.service"), "[Service]\n");
    expect(await hint()).toBe("start it with: openclaw gateway start");
    expect((await site.openclaw(["logs"])).stderr).toContain("Next: start it with: openclaw gateway start\n");
    expect((await site.openclaw(["gateway", "status", "--json"])).stdout).toContain(
      '"hint": "start it with: openclaw gateway start"',
    );
    await rm(join(units, "default.target.wants"), { recursive: true });
    expect(await hint()).toBe("start it with: openclaw gateway");
  });

  test("with a wrong token from the environment: unauthorized", async () => {
    await using site = await createTestSite();
    const { code, stdout } = await site.openclaw(["health", "--json"], {
      env: { OPENCLAW_GATEWAY_TOKEN: "wrong" },
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "unauthorized" } });
  });

  test("gives up after --timeout when the gateway does not answer", async () => {
    await using site = await createTestSite({ health: () => new Promise(() => undefined) });
    const { code, stderr } = await site.openclaw(["health", "--timeout", "40"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Error: gateway timeout after 40ms\n");
  });

  test("passes on what the gateway refuses", async () => {
    await using site = await createTestSite({
      health: () => {
        throw new RpcError("UNAVAILABLE", "not now");
      },
    });
    expect((await site.openclaw(["health"])).stderr).toBe("[openclaw] Failed to start CLI: Error: not now\n");
  });
});
