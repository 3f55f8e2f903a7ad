import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST, Lan, LAPTOP, LanNeighbour } from "../support/lan.ts";
import { whyNoOwnMachine } from "../support/own-machine.ts";

const obstacle = whyNoOwnMachine();
const title = `the local network${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
const patiently = { timeout: 20_000 };

interface Discovery {
  readonly beacons: readonly { readonly instanceName: string; readonly wsUrl: string | null }[];
}

describe.skipIf(obstacle !== undefined)(title, { timeout: 120_000 }, () => {
  let lan: Lan;
  beforeAll(async () => {
    lan = await Lan.connect();
  });
  afterAll(() => lan?.[Symbol.asyncDispose]());

  test("T-LOG-07: is told no path, no name of machine or person, and no port but the gateway's", async () => {
    const neighbour = await LanNeighbour.join(lan.laptop, LAPTOP);
    const gateway = await lan.startGateway();
    await expect.poll(() => neighbour.responses.length, patiently).toBeGreaterThan(0);
    await lan.ask("gateway discover --timeout 1500");
    expect(await gateway.interrupt()).toBe(0);
    const [announced] = neighbour.responses;
    expect(announced?.answers.map(({ type, data }) => [type, readable(data)])).toEqual([
      ["PTR", expect.stringMatching(/^OpenClaw [0-9a-f]{6}\._openclaw-gw\._tcp\.local$/)],
      [
        "SRV",
        {
          priority: 0,
          weight: 0,
          port: 18_789,
          target: expect.stringMatching(/^openclaw-[0-9a-f]{6}\.local$/) as string,
        },
      ],
      ["TXT", ["role=gateway", "transport=gateway", "gatewayPort=18789"]],
      ["A", HOST],
    ]);
    for (const { from, text } of neighbour.packets.filter((packet) => packet.from === HOST))
      expect(`${from} ${text}`).not.toMatch(/studio|ines|\/|home|ssh|a-token|node|linux/i);
  });

  test("T-LOG-08: a rogue is listed for what it is, hides nobody, and gets neither a visit nor a credential", async () => {
    const rogue = await LanNeighbour.join(lan.laptop, LAPTOP, "rogue");
    const gateway = await lan.startGateway();
    const [, name = ""] = await gateway.see(/announced on the local network as "([^"]+)"/);
    await expect.poll(() => rogue.responses.length, patiently).toBeGreaterThan(0);
    // Asked from the machine of the gateway, whose owner has a token that a rogue would like to have.
    const { stdout } = await lan.host.run("openclaw gateway discover --json --timeout 1500");
    const { beacons } = JSON.parse(stdout) as Discovery;
    // The rogue wants every name that it hears, so the gateway may have another one by now.
    expect(beacons).toContainEqual(
      expect.objectContaining({
        instanceName: expect.stringContaining(name) as string,
        wsUrl: `ws://${HOST}:18789`,
      }),
    );
    const rogues = beacons.filter(({ wsUrl }) => wsUrl !== `ws://${HOST}:18789`);
    expect(rogues.length).toBeGreaterThan(0);
    expect(rogues.length).toBeLessThanOrEqual(8);
    expect(new Set(rogues.map(({ wsUrl }) => wsUrl))).toEqual(new Set([`ws://${LAPTOP}:6666`]));
    for (const words of ["gateway discover --timeout 1200", "gateway probe", "status", "gateway status"]) {
      const { stdout: text } = await lan.host.run(`openclaw ${words}`);
      // Line ends aside, nothing that a terminal would act on.
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }
    const probe = await lan.host.run("openclaw gateway probe --json");
    expect(JSON.parse(probe.stdout)).toMatchObject({
      ok: true,
      targets: [{ kind: "localLoopback", url: "ws://127.0.0.1:18789", connect: { ok: true } }],
    });
    expect(JSON.parse((await lan.host.run("openclaw health --json")).stdout)).toMatchObject({ ok: true });
    expect(await gateway.interrupt()).toBe(0);
    expect(rogue.lines.filter((line) => Object.hasOwn(Object(line), "visitor"))).toEqual([]);
  });
});

/** Bytes as they went through JSON, as text. */
function readable(data: unknown): unknown {
  const isBytes = (value: unknown): value is { readonly data: readonly number[] } =>
    typeof value === "object" && value !== null && "data" in value && Array.isArray(value.data);
  return Array.isArray(data)
    ? data.map((part) => (isBytes(part) ? Buffer.from(part.data).toString() : part))
    : data;
}
