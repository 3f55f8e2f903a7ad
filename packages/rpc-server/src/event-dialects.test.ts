import { expect, it, onTestFinished, vi } from "vitest";
import { startTestServer } from "./testing/test-server.ts";

// No event is limited to a dialect yet: one of them pretends to be.
vi.mock(import("@openclaw/protocol"), async (original) => {
  const protocol = await original();
  return {
    ...protocol,
    eventContract: (name: string) => {
      const contract = protocol.eventContract(name);
      return contract && name === "heartbeat" ? { ...contract, dialects: [4] } : contract;
    },
  };
});

it("an event that exists in one dialect is neither advertised nor sent in the other", async () => {
  const server = await startTestServer({ events: ["tick", "heartbeat"] });
  onTestFinished(server.close);
  const features: unknown[] = [];
  const clients = [];
  for (const dialect of [3, 4]) {
    const client = await server.open();
    const hello = await client.connect({ minProtocol: dialect, maxProtocol: dialect });
    features.push((hello.payload?.["features"] as { events: unknown }).events);
    clients.push(client);
  }
  expect(features).toEqual([["tick"], ["tick", "heartbeat"]]);
  server.rpc.broadcast("heartbeat", { ts: 1, status: "sent" });
  server.rpc.broadcast("tick", { ts: 2 });
  const received = [];
  for (const client of clients) {
    await client.event("tick");
    received.push(client.frames.filter(({ seq }) => seq).map(({ event, seq }) => [event, seq]));
  }
  expect(received).toEqual([
    [["tick", 1]],
    [
      ["heartbeat", 1],
      ["tick", 2],
    ],
  ]);
});
