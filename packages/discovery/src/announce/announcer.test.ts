import type { Packet } from "dns-packet";
import { describe, expect, test } from "vitest";
import { browse } from "../browse/browse.ts";
import type { Link } from "../links/link.ts";
import { SERVICE_TYPE, serviceName } from "../packets/service-type.ts";
import { writeQuery } from "../packets/write-packet.ts";
import { createNeighbour, freeUdpPort, LOOPBACK } from "../testing/loopback.ts";
import { announce } from "./announcer.ts";
import { recordsOf } from "./service.ts";

interface Start {
  readonly port: number;
  readonly links?: () => readonly Link[];
  readonly gatewayPort?: number;
}

function start({ port, links = () => [LOOPBACK], gatewayPort = 18_789 }: Start) {
  const lines: string[] = [];
  const log = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const announcer = announce({
    gateway: { mode: "minimal", port: gatewayPort, id: "3fa9c2", machineName: "studio" },
    links,
    port,
    logger: { debug: log("debug"), info: log("info"), warn: log("warn") },
  });
  return { lines, announcer, [Symbol.asyncDispose]: () => announcer.close() };
}

const search = (port: number) => browse({ timeoutMs: 1_500, links: [LOOPBACK], port });
const ANNOUNCED = 'info announced on the local network as "OpenClaw 3fa9c2" (minimal)';
const patiently = { timeout: 10_000 };

const answers = (packets: readonly Packet[]) => packets.filter(({ type }) => type === "response");

describe("announce", { timeout: 30_000 }, () => {
  test("is found by whoever looks, until it is closed", async () => {
    const port = await freeUdpPort();
    await using gateway = start({ port });
    await expect.poll(() => gateway.lines, patiently).toEqual([ANNOUNCED]);
    expect(await search(port)).toMatchObject({
      beacons: [{ instanceName: "OpenClaw 3fa9c2", wsUrl: "ws://127.0.0.1:18789", role: "gateway" }],
      problem: null,
    });
    await using neighbour = await createNeighbour(port);
    await gateway.announcer.close();
    await expect
      .poll(() => neighbour.heard, patiently)
      .toMatchObject([{ type: "response", answers: [{ ttl: 0 }, { ttl: 0 }, { ttl: 0 }, { ttl: 0 }] }]);
    expect((await search(port)).beacons).toEqual([]);
    expect(gateway.lines).toEqual([ANNOUNCED]);
  });

  test("asks three times whether its name is free before it says anything", async () => {
    const port = await freeUdpPort();
    await using neighbour = await createNeighbour(port);
    await using _gateway = start({ port });
    await expect.poll(() => answers(neighbour.heard).length, patiently).toBe(1);
    expect(neighbour.heard.map(({ type }) => type)).toEqual(["query", "query", "query", "response"]);
  });

  test("takes another name when somebody has its own, and says so once", async () => {
    const port = await freeUdpPort();
    const other = { instance: "OpenClaw 3fa9c2", host: "elsewhere.local", port: 1, text: [] };
    await using _neighbour = await createNeighbour(port, {
      onPacket: ({ type }) => {
        if (type === "query")
          void _neighbour.say({ type: "response", answers: recordsOf(other, "127.0.0.9") });
      },
    });
    await using gateway = start({ port });
    await expect
      .poll(() => gateway.lines, patiently)
      .toEqual(['warn gateway name conflict resolved; newName="OpenClaw 3fa9c2 (2)"']);
  });

  test("two that start together end with a name each", async () => {
    const port = await freeUdpPort();
    await using one = start({ port, gatewayPort: 1_001 });
    await using other = start({ port, gatewayPort: 1_002 });
    const names = () => [...one.lines, ...other.lines].map((line) => /"(.*)"/.exec(line)?.[1]).sort();
    await expect.poll(names, patiently).toEqual(["OpenClaw 3fa9c2", "OpenClaw 3fa9c2 (2)"]);
    expect((await search(port)).beacons.map(({ port: own }) => own).sort()).toEqual([1_001, 1_002]);
  });

  test("gives up when somebody wants every name, with one warning, and goes on being closable", async () => {
    const port = await freeUdpPort();
    await using _neighbour = await createNeighbour(port, {
      onPacket: ({ type, questions: [question] = [] }) => {
        if (type !== "query" || question === undefined) return;
        const instance = question.name.slice(0, -SERVICE_TYPE.length - 1);
        const other = { instance, host: "elsewhere.local", port: 1, text: [] };
        void _neighbour.say({ type: "response", answers: recordsOf(other, "127.0.0.9") });
      },
    });
    await using gateway = start({ port });
    await expect.poll(() => gateway.lines, { timeout: 15_000 }).toHaveLength(1);
    expect(gateway.lines[0]).toMatch(/^warn not announced: every name is taken/);
  });

  test("does not answer more often than once a second, however many ask", async () => {
    const port = await freeUdpPort();
    await using gateway = start({ port });
    await expect.poll(() => gateway.lines, patiently).toEqual([ANNOUNCED]);
    await using neighbour = await createNeighbour(port);
    const count = () => answers(neighbour.heard).length;
    // What is announced is said twice.
    await expect.poll(count, patiently).toBe(1);
    const query = writeQuery([{ name: serviceName("OpenClaw 3fa9c2"), type: "SRV" }]);
    for (let asked = 0; asked < 300; asked += 1) await neighbour.say(query);
    await expect.poll(count, patiently).toBe(2);
    await gateway.announcer.close();
    await expect.poll(count, patiently).toBe(3);
    expect(answers(neighbour.heard).at(-1)).toMatchObject({ answers: [{ ttl: 0 }, {}, {}, {}] });
  });

  test("a machine without a network, or a socket that is not allowed, is one warning and no failure", async () => {
    const port = await freeUdpPort();
    await using alone = start({ port, links: () => [] });
    await expect
      .poll(() => alone.lines, patiently)
      .toEqual(["warn not announced: no network interface with neighbours; the gateway serves all the same"]);
    // Addresses that no machine has.
    const foreign = ["240.0.0.1", "240.0.0.2"].map((address) => ({ address, netmask: "255.255.255.0" }));
    await using refused = start({ port, links: () => foreign });
    await expect.poll(() => refused.lines, patiently).toHaveLength(2);
    expect(refused.lines.map((line) => line.split(" ")[0])).toEqual(["warn", "debug"]);
    expect(refused.lines[0]).toMatch(/^warn not announced at 240\.0\.0\.\d: addMembership/);
    const failing = start({
      port,
      links: () => {
        throw new Error("no such call");
      },
    });
    await expect
      .poll(() => failing.lines, patiently)
      .toEqual(["warn not announced: no such call; the gateway serves all the same"]);
    await failing.announcer.close();
  });

  test("closes while it still asks, without a goodbye for what it never said", async () => {
    const port = await freeUdpPort();
    await using neighbour = await createNeighbour(port);
    const gateway = start({ port });
    await expect.poll(() => neighbour.heard.length, patiently).toBeGreaterThan(0);
    await gateway.announcer.close();
    expect([answers(neighbour.heard), gateway.lines]).toEqual([[], []]);
  });
});
