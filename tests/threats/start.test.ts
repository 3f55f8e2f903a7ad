import { connect } from "node:net";
import { createGateway, type EmbeddedOptions, GatewayError } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { freePort } from "../support/gateway-process.ts";
import { admitted, type Frame } from "./support/attacker.ts";
import { start, startBehindProxy, TOKEN } from "./support/gateway.ts";
import { upgrade } from "./support/http.ts";

type Given = Partial<Omit<EmbeddedOptions, "config" | "paths" | "prepared">>;
type Section = Readonly<Record<string, unknown>>;

/** A start that must be refused: what an operator reads, the exit code, and that nothing listens. */
async function refusal(
  config: Section,
  given: Given = {},
): Promise<{ exitCode: number; lines: readonly string[] }> {
  const port = await freePort();
  const gateway = createGateway({ ...given, port, config });
  const error: unknown = await gateway.start().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await gateway.close();
  if (!(error instanceof GatewayError)) throw new Error(`started with ${JSON.stringify(config)}`);
  expect(error.code).toBe("CONFIG_REFUSED");
  expect(await isListening(port)).toBe(false);
  return { exitCode: error.exitCode, lines: error.lines };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

const REACHABLE: readonly Section[] = [{ bind: "lan" }, { bind: "custom", customBindHost: "0.0.0.0" }];
const WORTHLESS = ["", " \t ", "undefined", "null", "changeme", "__OPENCLAW_REDACTED__"];
/** Every place a secret can come from. */
const SOURCES: readonly (readonly [string, (secret: string) => { gateway?: Section; given?: Given }])[] = [
  ["the configuration", (token) => ({ gateway: { auth: { token } } })],
  ["the environment", (token) => ({ given: { env: { OPENCLAW_GATEWAY_TOKEN: token } } })],
  ["the command line", (token) => ({ given: { flags: { token } } })],
  ["the password", (password) => ({ gateway: { auth: { mode: "password", password } } })],
];

describe("a reachable address without authentication", () => {
  test.each(REACHABLE)("T-AUTH-17 %j with mode none does not start", async (bind) => {
    const { exitCode, lines } = await refusal({ gateway: { ...bind, auth: { mode: "none" } } });
    expect(exitCode).toBe(78);
    expect(lines[0]).toMatch(/^refusing to bind gateway to 0\.0\.0\.0:\d+ without auth/);
  });

  const MATRIX = REACHABLE.flatMap((bind) =>
    SOURCES.flatMap(([source, settings]) =>
      // An empty variable is a common way to unset one: then there is nothing at all, and nothing to refuse yet.
      WORTHLESS.filter((secret) => source !== "the environment" || secret.trim() !== "").map(
        (secret) => [JSON.stringify(bind), source, secret, settings(secret), bind] as const,
      ),
    ),
  );
  test.each(MATRIX)("T-AUTH-17 %s with a secret from %s that reads %j does not start", async (...row) => {
    const [, , , { gateway = {}, given = {} }, bind] = row;
    const { exitCode, lines } = await refusal({ gateway: { ...bind, ...gateway } }, given);
    expect(exitCode).toBe(78);
    expect(lines[0]).toMatch(/without auth|no password is configured|password/);
    expect(lines.join("\n")).not.toContain("__OPENCLAW_REDACTED__");
  });

  test("T-AUTH-17 a real secret gets past this guard", async () => {
    const { lines } = await refusal({ gateway: { bind: "lan", auth: { token: TOKEN } } });
    expect(lines[0]).not.toMatch(/without auth/);
    expect(lines.join("\n")).toContain("allowedOrigins");
  });

  test.each(WORTHLESS)("T-AUTH-17 on loopback the token %j is no token either", async (token) => {
    const { exitCode } = await refusal({ gateway: { auth: { token } } });
    expect(exitCode).toBe(78);
  });
});

describe("one secret for two doors", () => {
  const hooks = { enabled: true, token: TOKEN };
  test.each([
    ["the configured token", { gateway: { auth: { token: TOKEN } }, hooks }, {}],
    ["the token of the environment", { hooks }, { env: { OPENCLAW_GATEWAY_TOKEN: TOKEN } }],
    ["the token of the command line", { hooks }, { flags: { token: TOKEN } }],
    ["the password", { gateway: { auth: { mode: "password", password: TOKEN } }, hooks }, {}],
    [
      "the same text with blanks around it",
      { gateway: { auth: { token: TOKEN } }, hooks: { ...hooks, token: ` ${TOKEN} ` } },
      {},
    ],
    [
      "the same variable",
      { gateway: { auth: { token: "${T}" } }, hooks: { ...hooks, token: "${T}" } },
      { env: { T: TOKEN } },
    ],
  ])("T-AUTH-18 hooks that share %s keep the gateway from starting", async (_, config, given) => {
    const { exitCode, lines } = await refusal(config, given);
    expect(exitCode).toBe(78);
    expect(lines[0]).toContain("hooks.token");
    expect(lines.join("\n")).not.toContain(TOKEN);
  });

  test("T-AUTH-18 hooks with a secret of their own do not", async () => {
    await using running = await start({ hooks: { ...hooks, token: "another-token-of-24-characters" } });
    expect(running.address.port).toBeGreaterThan(0);
  });
});

describe("the list of trusted proxies", () => {
  test.each([
    ["127.0.0.2", true],
    ["  127.0.0.2\t", true],
    ["127.0.0.2/31", true],
    ["127.0.0.2/32", true],
    ["::ffff:127.0.0.2", true],
    ["127.0.0.8/30", false],
    ["127.0.0.3", false],
    ["::1", false],
    ["2001:db8::/32", false],
  ])("T-PROXY-04 the entry %j holds 127.0.0.2: %s", async (entry, isHeld) => {
    await using running = await startBehindProxy({ trustedProxies: [entry] });
    const instanceId = "behind-the-proxy";
    const { status } = await upgrade(running.address, { from: "203.0.113.9" });
    expect(status).toBe(isHeld ? 101 : 403);
    if (!isHeld) return;
    const socket = await admitted(
      running.address.url,
      { client: { id: "test", mode: "test", version: "1", platform: "x", instanceId } },
      { from: "203.0.113.9" },
    );
    const watcher = await admitted(running.address.url);
    const presence = (await watcher.request("system-presence"))["payload"] as Frame[] | undefined;
    expect(presence?.find((each) => each["instanceId"] === instanceId)).toMatchObject({ ip: "203.0.113.9" });
    socket.end();
    watcher.end();
  });

  test.each([
    "10.0.0",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::1/129",
    "proxy.local",
    "",
    " ",
    "10.0.0.0/8/8",
    "0x7f.0.0.1",
    "*",
    "127.1",
  ])("T-PROXY-04 the entry %j is refused at the start, by its place", async (entry) => {
    const { exitCode, lines } = await refusal({
      gateway: { auth: { token: TOKEN }, trustedProxies: ["10.0.0.1", entry] },
    });
    expect(exitCode).toBe(78);
    expect(lines.join("\n")).toContain("gateway.trustedProxies");
  });
});

describe("where it listens", () => {
  test.each([
    [{}],
    [{ container: "docker", KUBERNETES_SERVICE_HOST: "10.0.0.1" }],
    [{ DOCKER: "true", HOST: "0.0.0.0", HOSTNAME: "0.0.0.0", BIND: "lan", OPENCLAW_CONTAINER: "1" }],
    [{ CODESPACES: "true", WSL_DISTRO_NAME: "x", FLY_APP_NAME: "x", RENDER: "true", CI: "true" }],
  ])("T-PROXY-08 in the environment %j it is loopback alone, unless configured", async (env) => {
    for (const gateway of [{}, { bind: "auto" }, { bind: "loopback" }, { bind: "tailnet" }]) {
      await using running = await start({ gateway }, { env });
      expect(running.address.hosts.length).toBeGreaterThan(0);
      for (const host of running.address.hosts) expect(["127.0.0.1", "::1"]).toContain(host);
    }
  });
});
