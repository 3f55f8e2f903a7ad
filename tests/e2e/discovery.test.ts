import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HeardPacket, HOST, Lan, LAPTOP, LanNeighbour } from "../support/lan.ts";
import { whyNoOwnMachine } from "../support/own-machine.ts";

const obstacle = whyNoOwnMachine();
const title = `a gateway on the local network${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
const ANNOUNCED = /\[discovery\] announced on the local network as "([^"]+)" \((minimal|full)\)/;
const patiently = { timeout: 20_000 };

interface Discovery {
  readonly count: number;
  readonly beacons: readonly Readonly<Record<string, unknown>>[];
}

describe.skipIf(obstacle !== undefined)(title, { timeout: 120_000 }, () => {
  let lan: Lan;
  beforeAll(async () => {
    lan = await Lan.connect();
  });
  afterAll(() => lan?.[Symbol.asyncDispose]());

  const discover = (timeoutMs = 1_500) =>
    lan.ask(`gateway discover --timeout ${timeoutMs}`) as Promise<Discovery>;

  test("is found by its neighbours, answers where it says, and is gone from the list when it stops", async () => {
    expect(await discover(300)).toEqual({
      timeoutMs: 300,
      domains: ["local."],
      count: 0,
      beacons: [],
      problem: null,
    });
    const gateway = await lan.startGateway();
    const [, name] = await gateway.see(ANNOUNCED);
    const found = await discover();
    expect(found).toMatchObject({
      count: 1,
      beacons: [
        { instanceName: name, domain: "local.", port: 18_789, wsUrl: `ws://${HOST}:18789`, role: "gateway" },
      ],
    });
    const { stdout: health } = await lan.laptop.run(`curl -s http://${HOST}:18789/healthz`);
    expect(JSON.parse(health)).toMatchObject({ ok: true });
    const text = await lan.laptop.run("openclaw gateway discover --timeout 1500");
    expect([text.code, text.stderr]).toEqual([0, ""]);
    expect(text.stdout.split("\n")).toEqual([
      "Gateway Discovery",
      "Found 1 gateway(s) · domains: local.",
      `- ${name} local.`,
      expect.stringMatching(/^ {2}host: openclaw-[0-9a-f]{6}\.local$/),
      `  ws: ws://${HOST}:18789`,
      "  role: gateway",
      "  transport: gateway",
      "",
    ]);
    const probe = await lan.laptop.run("openclaw gateway probe --json");
    expect([probe.code, JSON.parse(probe.stdout)]).toMatchObject([
      1,
      {
        ok: false,
        discovery: { timeoutMs: 1_200, count: 1, beacons: [{ instanceName: name }], problem: null },
        targets: [{ kind: "localLoopback" }],
      },
    ]);
    expect((await lan.laptop.run("openclaw gateway probe")).stdout).toContain(
      "\nFound 1 gateway via Bonjour (local.)\n",
    );
    const terminal = lan.laptop.type("TERM=xterm openclaw gateway discover --timeout 1500");
    await terminal.see(/Listening for gateways on the local network/);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toMatch(/Found 1 gateway\(s\)/);
    // It finds itself, too.
    const own = await lan.host.run("openclaw gateway discover --json --timeout 1500");
    expect(JSON.parse(own.stdout)).toMatchObject({ count: 1, beacons: [{ wsUrl: `ws://${HOST}:18789` }] });

    const neighbour = await LanNeighbour.join(lan.laptop, LAPTOP);
    expect(await gateway.interrupt()).toBe(0);
    await expect.poll(() => neighbour.responses, patiently).not.toEqual([]);
    expect(neighbour.responses.at(-1)?.answers.map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0]);
    expect(await discover(300)).toMatchObject({ count: 0 });
  });

  test("follows discovery.mdns.mode over a restart: one name goes, the other comes", async () => {
    const neighbour = await LanNeighbour.join(lan.laptop, LAPTOP);
    const gateway = await lan.startGateway();
    const [, name = ""] = await gateway.see(ANNOUNCED);
    await lan.host.run("openclaw config set discovery.mdns.mode full");
    await gateway.see(/announced on the local network as "studio \(OpenClaw\)" \(full\)/);
    const goodbyes = neighbour.responses.flatMap(({ answers }) => answers.filter(({ ttl }) => ttl === 0));
    expect(goodbyes[0]).toMatchObject({ type: "PTR", data: expect.stringContaining(name) });
    expect(await discover()).toMatchObject({
      count: 1,
      beacons: [
        {
          instanceName: "studio (OpenClaw)",
          displayName: "studio",
          lanHost: expect.stringMatching(/\.local$/),
          cliPath: expect.any(String),
        },
      ],
    });
    expect(await gateway.interrupt()).toBe(0);
  });

  test("is announced where it listens, on one address, too", async () => {
    const gateway = await lan.startGateway({ gateway: { bind: "custom", customBindHost: HOST } });
    await gateway.see(ANNOUNCED);
    expect(await discover()).toMatchObject({ count: 1, beacons: [{ addresses: [HOST] }] });
    expect(await gateway.interrupt()).toBe(0);
  });

  test("is taken back first: nobody new is sent to a gateway that lets its last run end", async () => {
    const neighbour = await LanNeighbour.join(lan.laptop, LAPTOP);
    const gateway = await lan.startGateway();
    await gateway.see(ANNOUNCED);
    const run = lan.host.type(`openclaw agent -m "$(printf '@delay 200\n@words 500')"`);
    await run.see(/w1 w2/);
    const ended = gateway.interrupt();
    const isGoodbye = ({ answers }: HeardPacket) => answers.every(({ ttl }) => ttl === 0);
    await expect.poll(() => neighbour.responses.some(isGoodbye), patiently).toBe(true);
    expect(gateway.text).not.toContain("shutdown took longer");
    expect(await Promise.race([ended, Promise.resolve("still there")])).toBe("still there");
    expect(await ended).toBe(0);
    await run.ended;
  });

  test.each([
    ["loopback is all it listens on", { gateway: { bind: "loopback" } }, "OPENCLAW_DISABLE_BONJOUR=0", null],
    ["its environment says so", {}, "OPENCLAW_DISABLE_BONJOUR=1", null],
    [
      "its configuration says so",
      { discovery: { mdns: { mode: "off" } } },
      "OPENCLAW_DISABLE_BONJOUR=0",
      null,
    ],
    [
      "it runs on a build machine",
      {},
      "CI=true",
      /not announced on the local network: this is a build machine/,
    ],
    [
      "it runs in a container",
      {},
      "container=podman",
      /not announced on the local network: this is a container/,
    ],
  ])("keeps quiet when %s", async (_, config, env, line) => {
    const neighbour = await LanNeighbour.join(lan.laptop, LAPTOP);
    const gateway = await lan.startGateway(config, env);
    if (line === null) expect(gateway.text).not.toContain("[discovery]");
    else await gateway.see(line);
    expect(await discover()).toMatchObject({ count: 0 });
    expect(await gateway.interrupt()).toBe(0);
    expect(neighbour.packets.filter(({ from }) => from === HOST)).toEqual([]);
  });

  test("serves all the same without a network, says so once, and is found when there is one", async () => {
    await lan.unplug();
    try {
      const gateway = await lan.startGateway();
      await gateway.see(/\[discovery\] not announced: no network interface/);
      expect(JSON.parse((await lan.host.run("openclaw health --json")).stdout)).toMatchObject({ ok: true });
      await lan.plugIn();
      await gateway.see(ANNOUNCED);
      expect(await discover()).toMatchObject({ count: 1 });
      expect(gateway.text.match(/\[discovery\] not announced/g)).toHaveLength(1);
      expect(await gateway.interrupt()).toBe(0);
    } finally {
      await lan.plugIn();
    }
  });
});
