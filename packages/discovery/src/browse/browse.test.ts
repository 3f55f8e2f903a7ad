import { platform } from "node:os";
import { describe, expect, test } from "vitest";
import { recordsOf } from "../announce/service.ts";
import { SERVICE_TYPE } from "../packets/service-type.ts";
import { createNeighbour, freeUdpPort, LOOPBACK } from "../testing/loopback.ts";
import { browse } from "./browse.ts";

const service = (id: string) => ({
  instance: `OpenClaw ${id}`,
  host: `openclaw-${id}.local`,
  port: 18_789,
  text: ["role=gateway"],
});

// Elsewhere 127.0.0.1 is the only address of loopback, and there are no two senders.
const withSenders = test.skipIf(platform() !== "linux");

describe("browse", { timeout: 30_000 }, () => {
  withSenders("asks for one thing and finds who answers", async () => {
    const port = await freeUdpPort();
    const questions: unknown[] = [];
    await using near = await createNeighbour(port, {
      address: "127.0.0.2",
      onPacket: ({ type, questions: asked }) => {
        if (type !== "query") return;
        questions.push(...(asked ?? []));
        void near.say({ type: "response", answers: recordsOf(service("a"), "127.0.0.2") });
      },
    });
    const { beacons, problem } = await browse({ timeoutMs: 300, links: [LOOPBACK], port });
    expect(beacons).toMatchObject([{ instanceName: "OpenClaw a", wsUrl: "ws://127.0.0.2:18789" }]);
    expect(problem).toBeNull();
    expect(questions).toEqual([{ name: SERVICE_TYPE, type: "PTR", class: "IN" }]);
  });

  test("asks again for what an answer left out", async () => {
    const port = await freeUdpPort();
    const all = recordsOf(service("a"), "127.0.0.1");
    await using near = await createNeighbour(port, {
      onPacket: ({ type, questions = [] }) => {
        if (type !== "query") return;
        const asked = questions.map(({ type: wanted }) => wanted);
        void near.say({ type: "response", answers: all.filter((record) => asked.includes(record.type)) });
      },
    });
    const { beacons } = await browse({ timeoutMs: 1_500, links: [LOOPBACK], port });
    expect(beacons).toMatchObject([{ wsUrl: "ws://127.0.0.1:18789", role: "gateway" }]);
  });

  withSenders("hears neighbours alone", async () => {
    const port = await freeUdpPort();
    await using stranger = await createNeighbour(port, {
      address: "127.0.0.2",
      onPacket: ({ type }) => {
        if (type === "query")
          void stranger.say({ type: "response", answers: recordsOf(service("a"), "127.0.0.2") });
      },
    });
    const link = { ...LOOPBACK, netmask: "255.255.255.254" };
    const { beacons } = await browse({ timeoutMs: 300, links: [link], port });
    expect([stranger.heard.map(({ type }) => type), beacons]).toEqual([["query", "response"], []]);
  });

  withSenders("T-LOG-08: a sender of ten thousand records hides nobody and breaks nothing", async () => {
    const port = await freeUdpPort();
    await using near = await createNeighbour(port, { address: "127.0.0.2" });
    await using rogue = await createNeighbour(port, { address: "127.0.0.66" });
    const search = browse({ timeoutMs: 1_000, links: [LOOPBACK], port });
    await expect.poll(() => rogue.heard.length).toBeGreaterThan(0);
    for (let count = 0; count < 2_500; count += 1) {
      const nasty = { ...service(`${count}`), text: ["displayName=\u001b[2J", "x=".padEnd(255, "y")] };
      await rogue.say({ type: "response", answers: recordsOf(nasty, "127.0.0.66") });
      if (count % 100 === 0) {
        await rogue.say(Buffer.from(`openclaw${"\u0000\u00ff".repeat(count)}`));
        await near.say({ type: "response", answers: recordsOf(service("a"), "127.0.0.2") });
      }
    }
    const { beacons } = await search;
    expect(beacons.map(({ wsUrl }) => wsUrl)).toContain("ws://127.0.0.2:18789");
    expect(beacons.length).toBeLessThanOrEqual(9);
    expect(JSON.stringify(beacons)).not.toContain("\\u001b");
  });

  test("says why it could not ask", async () => {
    expect(await browse({ timeoutMs: 100, links: [] })).toEqual({
      beacons: [],
      problem: "this machine is on no network with neighbours",
    });
    const foreign = { address: "240.0.0.1", netmask: "255.255.255.0" };
    const { problem } = await browse({ timeoutMs: 100, links: [foreign], port: await freeUdpPort() });
    expect(problem).toMatch(/^240\.0\.0\.1: addMembership E/);
  });
});
