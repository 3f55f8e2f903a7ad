import { RpcError } from "@openclaw/client";
import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";
import { createDownSite, createTestSite, TOKEN } from "../../testing/gateway.ts";

describe("gateway call", () => {
  test("prints the method and its payload, under --json the payload alone", async () => {
    await using site = await createTestSite({ "logs.tail": ({ params }) => ({ echoed: params }) });
    const words = ["gateway", "call", "logs.tail", "--params", '{"limit":5}'];
    const text = await site.openclaw(words);
    expect(text.stdout).toBe('Gateway call: logs.tail\n{\n  "echoed": {\n    "limit": 5\n  }\n}\n');
    const json = await site.openclaw([...words, "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ echoed: { limit: 5 } });
    expect([text.code, json.code, json.stderr]).toEqual([0, 0, ""]);
  });

  test("connects as the CLI: 3 to 4, the five scopes, the configured token and a signed device", async () => {
    await using site = await createTestSite();
    await site.openclaw(["gateway", "call", "health"]);
    expect(site.gateway.connects).toMatchObject([
      {
        minProtocol: 3,
        maxProtocol: 4,
        client: { id: "cli", mode: "cli", version: "2026.11.0", platform: "linux" },
        role: "operator",
        scopes: [
          "operator.admin",
          "operator.read",
          "operator.write",
          "operator.approvals",
          "operator.pairing",
        ],
        auth: { token: TOKEN },
        device: { nonce: "nonce-1" },
      },
    ]);
  });

  test("waits for the final answer of a two-stage method with --expect-final", async () => {
    await using site = await createTestSite({
      agent: ({ accept }) => {
        accept({ runId: "r", status: "accepted" });
        return { runId: "r", status: "ok" };
      },
    });
    const params = JSON.stringify({ message: "hi", idempotencyKey: "run-1" });
    const words = ["gateway", "call", "agent", "--json", "--params", params];
    expect(JSON.parse((await site.openclaw(words)).stdout)).toMatchObject({ status: "accepted" });
    expect(JSON.parse((await site.openclaw([...words, "--expect-final"])).stdout)).toMatchObject({
      status: "ok",
    });
  });

  test.each([
    [["no.such.method"], "Gateway call failed: Error: unknown method: no.such.method\n"],
    [["health", "--params", "{bad"], /^Gateway call failed: SyntaxError: .+\n$/],
    [["health", "--timeout", "soon"], "Gateway call failed: Error: invalid --timeout: soon\n"],
  ])("%j fails in one line with exit code 1", async (words, stderr) => {
    await using site = await createTestSite();
    const result = await site.openclaw(["gateway", "call", ...words]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(stderr);
  });

  test("keeps the gateway's own code under --json", async () => {
    await using site = await createTestSite({
      "config.get": () => {
        throw new RpcError("FORBIDDEN", "missing scope: operator.read");
      },
    });
    const { code, stdout } = await site.openclaw(["gateway", "call", "config.get", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      error: { code: "FORBIDDEN", message: "missing scope: operator.read" },
    });
  });

  test("with the gateway down says so at once: what, where, and what to type next", async () => {
    await using site = await createDownSite();
    const { code, stdout, stderr } = await site.openclaw(["gateway", "call", "health"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      "Gateway call failed: Error: gateway closed (1006 abnormal closure (no close frame)): no close reason",
      `Gateway target: ws://127.0.0.1:${site.port}`,
      "Source: local loopback",
      "Config: ~/.openclaw/openclaw.json",
      "Bind: loopback",
      "Next: start it with: openclaw gateway",
      "",
    ]);
  });

  test("with a wrong token names the refusal and the fix, never the token", async () => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["gateway", "call", "health", "--token", "a-wrong-one"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gateway connect failed: Error: unauthorized: gateway token mismatch/);
    expect(stderr).toContain(
      "Gateway call failed: Error: gateway closed (1008): unauthorized: gateway token mismatch",
    );
    expect(stderr).not.toContain("a-wrong-one");
  });

  test("takes --token and --password of `gateway`, its own first", async () => {
    await using site = await createTestSite();
    await site.openclaw(["gateway", "--token", "parent", "call", "health"]);
    await site.openclaw(["gateway", "--token", "parent", "call", "health", "--token", "own"]);
    expect(site.gateway.connects.map(({ auth }) => auth?.token)).toEqual(["parent", "own"]);
  });

  test("an explicit address never gets the configured credentials", async () => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["gateway", "call", "health", "--url", site.gateway.url]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "Gateway call failed: Error: gateway url override requires explicit credentials\nFix: ",
    );
    expect(site.gateway.connects).toEqual([]);
  });

  test("refuses clear text to another machine before connecting", async () => {
    await using home = await createTestHome();
    const words = ["gateway", "call", "health", "--url", "ws://192.0.2.1:18789", "--token", "t", "--json"];
    const { code, stdout } = await home.openclaw(words);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "insecure_url" } });
  });
});
