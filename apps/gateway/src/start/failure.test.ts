import { GatewayError } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { isUnderSystemd, reportStartFailure, type FailureContext } from "./failure.ts";

const report = (error: unknown, context: Partial<FailureContext> = {}) =>
  reportStartFailure(error, {
    program: "openclaw --dev",
    takePort: "openclaw --dev gateway --port 18789 --force",
    describePort: async () => ["Port 18789 is already in use."],
    describeService: async () => [],
    stateHolder: async () => undefined,
    isGateway: async () => true,
    isUnderSystemd: false,
    ...context,
  });

const busy = new GatewayError(
  "PORT_BUSY",
  "another gateway instance is already listening on ws://127.0.0.1:18789",
  {
    cause: new Error("listen EADDRINUSE: address already in use 127.0.0.1:18789"),
  },
);

describe("reportStartFailure", () => {
  test("says who holds a busy port, signature first, and what takes it last, and exits 1", async () => {
    expect(await report(busy)).toEqual({
      exitCode: 1,
      lines: [
        "Gateway failed to start: another gateway instance is already listening on ws://127.0.0.1:18789",
        "listen EADDRINUSE: address already in use 127.0.0.1:18789",
        "If the gateway is supervised, stop it with: openclaw --dev gateway stop",
        "Or give this one another port: --port, OPENCLAW_GATEWAY_PORT or gateway.port",
        "Port 18789 is already in use.",
        "Next: openclaw --dev gateway --port 18789 --force",
      ],
    });
  });

  test("sends to the supervisor where its service answers on the port", async () => {
    const enabled = ["Gateway service appears enabled. Stop it first.", "Tip: openclaw gateway stop"];
    const describeService = async () => enabled;
    expect((await report(busy, { describeService })).lines.slice(-2)).toEqual(enabled);
    const foreign = await report(busy, { describeService, isGateway: async () => false });
    expect(foreign.lines.at(-1)).toBe("Next: openclaw --dev gateway --port 18789 --force");
  });

  test("keeps systemd from trying again beside a healthy gateway, not beside another program", async () => {
    const supervised = await report(busy, { isUnderSystemd: true });
    expect(supervised.exitCode).toBe(78);
    expect(supervised.lines.join("\n")).not.toContain("--force");
    expect((await report(busy, { isUnderSystemd: true, isGateway: async () => false })).exitCode).toBe(1);
    const held = new GatewayError("STATE_IN_USE", "gateway already running (pid 7, port 18789)");
    expect(await report(held, { isUnderSystemd: true })).toMatchObject({ exitCode: 78 });
    const describeService = async () => ["Gateway service appears enabled. Stop it first."];
    expect(await report(held, { describeService })).toEqual({
      exitCode: 1,
      lines: [
        "Gateway failed to start: gateway already running (pid 7, port 18789)",
        "If the gateway is supervised, stop it with: openclaw --dev gateway stop",
        "Gateway service appears enabled. Stop it first.",
      ],
    });
  });

  test("sends to the gateway that holds the state, where it listens", async () => {
    const held = new GatewayError("STATE_IN_USE", "gateway already running (pid 7, port 19001)");
    const last = async (port: number) =>
      (await report(held, { stateHolder: async () => ({ port }) })).lines.at(-1);
    expect(await last(19_001)).toBe("Next: openclaw --dev gateway status --port 19001");
    // A server of its host's.
    expect(await last(0)).toBe("Next: openclaw --dev gateway status");
  });

  test("prints a refused configuration as it is, with its own exit code", async () => {
    const refused = new GatewayError("CONFIG_REFUSED", "no", {
      lines: ["refusing to bind gateway", "hint"],
      exitCode: 78,
    });
    expect(await report(refused)).toEqual({ exitCode: 78, lines: ["refusing to bind gateway", "hint"] });
  });

  test("names anything else and exits 1", async () => {
    expect(await report(new TypeError("x"))).toEqual({
      exitCode: 1,
      lines: ["Gateway failed to start: TypeError: x"],
    });
    expect(await report(new GatewayError("STATE_UNUSABLE", "the store cannot be opened"))).toEqual({
      exitCode: 1,
      lines: ["Gateway failed to start: the store cannot be opened"],
    });
  });
});

describe("isUnderSystemd", () => {
  test.each([
    [{ INVOCATION_ID: "x" }, true],
    [{ SYSTEMD_EXEC_PID: "7" }, true],
    [{ INVOCATION_ID: "" }, false],
    [{}, false],
  ])("reads %j as %s", (env, expected) => {
    expect(isUnderSystemd(env)).toBe(expected);
  });
});
