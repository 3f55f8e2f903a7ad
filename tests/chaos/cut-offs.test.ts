import {
  createClient,
  openBrowserDevice,
  type TextStorage,
  type ClientState,
  type EventFrame,
  type GatewaySnapshot,
} from "@openclaw/client";
import { openNodeSocket } from "@openclaw/client/node";
import { describe, expect, test, vi } from "vitest";
import { ALL_SCOPES, connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const CUTS = 1_000;

/** Numbers in [0, 1) that a failure can be repeated with (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What can be compared between two moments: nothing that only says when. */
function timeless({ health, presence }: GatewaySnapshot): unknown {
  const bare = (key: string, value: unknown) =>
    /^(ts|durationMs|text|lastInputSeconds|eventLoop|age|updatedAt)$/.test(key) ? undefined : value;
  const entries = [...presence].map((entry) => JSON.stringify(entry, bare)).sort();
  return { health: JSON.parse(JSON.stringify(health, bare)) as unknown, entries };
}

describe("a network that cuts the client off a thousand times", () => {
  const seed = Number(process.env["CUT_OFF_SEED"] ?? Date.now() % 2 ** 31);

  test.each([3, 4] as const)(
    `leaves no promise pending and no event told twice, and the state right after a refresh, dialect %i (seed ${seed})`,
    async (maxProtocol) => {
      const random = randomFrom(seed + maxProtocol);
      const cuts = CUTS / 2;
      await using gateway = await startEmbedded();
      await using network = await TcpProxy.start(gateway.address.port);
      const device = await openBrowserDevice({ storage: memory() });
      const operator = await connect(gateway.address.url, { maxProtocol, device });
      const seen = { cuts: 0, frames: new Set<EventFrame>(), numbers: new Set<string>(), repeated: 0 };
      const mayCut = () => {
        const isCut = seen.cuts < cuts && random() < 0.2;
        if (isCut) seen.cuts += 1;
        return isCut;
      };
      const failures: unknown[] = [];
      const client = createClient({
        url: network.url,
        openSocket: openNodeSocket,
        auth: { token: TOKEN },
        // Without a device dialect 3 would leave it no scopes.
        device: await openBrowserDevice({ storage: memory() }),
        scopes: ALL_SCOPES,
        maxProtocol,
        reconnect: { baseMs: 2, maxMs: 8 },
        random,
        onStatus: (status) => status.type === "closed" && status.error && failures.push(status.error),
      });
      const note = (_: unknown, frame: EventFrame) => {
        if (frame.seq === undefined) return;
        const number = `${client.hello?.server.connId ?? "none"} ${frame.seq}`;
        if (seen.numbers.has(number)) seen.repeated += 1;
        seen.numbers.add(number);
      };
      for (const name of ["presence", "health", "tick", "agent", "chat"] as const) client.on(name, note);

      // The first connection fails fast by design: a client that comes back has had one.
      await client.connect();
      network.cutsBefore = mayCut;
      const outcomes = { settled: 0, asked: 0 };
      const count = (promise: Promise<unknown>) => {
        outcomes.asked += 1;
        const settled = () => void (outcomes.settled += 1);
        promise.then(settled, settled);
        return promise.catch(() => undefined);
      };
      for (let turn = 0; seen.cuts < cuts; turn += 1) {
        // Traffic in all forms: answers, a broadcast, and a run with events whose answer comes in two stages.
        void count(client.request("health"));
        void count(client.request("system-presence"));
        await operator.request("system-event", { text: `turn ${turn}` });
        if (turn % 10 === 0) {
          const run = client.run("agent", {
            message: "hi",
            idempotencyKey: `${seed}-${maxProtocol}-${turn}`,
          });
          void count(run.accepted);
          void count(run.final);
          void count(drain(run.events));
        }
        await connected(client, failures);
      }
      // The last cut may not have been noticed yet.
      const snapshot = await vi.waitFor(() => client.refresh(), { timeout: 20_000, interval: 5 });
      expect(client.snapshot).toEqual(snapshot);
      expect(timeless(snapshot)).toEqual(timeless(await operator.refresh()));
      await client.close();
      await vi.waitFor(() => expect(outcomes.settled).toBe(outcomes.asked));
      await operator.close();
      expect(failures).toEqual([]);
      expect(seen.repeated).toBe(0);
      expect(seen.numbers.size).toBeGreaterThan(0);
      expect(seen.cuts).toBe(cuts);
    },
  );
});

async function connected(client: { readonly state: ClientState }, failures: readonly unknown[]) {
  await vi.waitFor(() => expect(failures.length > 0 || client.state.type === "connected").toBe(true), {
    timeout: 20_000,
    interval: 1,
  });
  if (failures.length > 0) throw failures[0];
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  const reader = events[Symbol.asyncIterator]();
  while (!(await reader.next()).done);
}

function memory(): TextStorage {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
