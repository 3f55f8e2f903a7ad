import type { Peer } from "@openclaw/auth";
import { describe, expect, it } from "vitest";
import { RefusalPace } from "./refusal-pace.ts";

const remote = (clientIp: string): Peer => ({
  clientIp,
  isLocal: false,
  isLoopbackPeer: false,
  proxyUnattributed: false,
});

describe("RefusalPace", () => {
  it("T-DOS-11 answers at once, then later and later, up to a second", () => {
    const pace = new RefusalPace(() => 0);
    const holds = Array.from({ length: 40 }, () => pace.next(remote("203.0.113.1")));
    expect(holds.slice(0, 30)).toEqual(Array(30).fill(0));
    expect(holds.slice(30, 36)).toEqual([250, 500, 1_000, 1_000, 1_000, 1_000]);
    expect(pace.next(remote("203.0.113.2"))).toBe(0);
  });

  it("T-DOS-11 starts afresh every minute", () => {
    let now = 0;
    const pace = new RefusalPace(() => now);
    for (let refusal = 0; refusal < 35; refusal += 1) pace.next(remote("203.0.113.1"));
    now = 60_000;
    expect(pace.next(remote("203.0.113.1"))).toBe(0);
  });

  it("leaves programs of this machine alone, not pages", () => {
    const pace = new RefusalPace(() => 0);
    const local = { ...remote("127.0.0.1"), isLocal: true, isLoopbackPeer: true };
    const holds = (peer: Peer) => Array.from({ length: 31 }, () => pace.next(peer)).at(-1);
    expect(holds(local)).toBe(0);
    expect(holds({ ...local, origin: "http://127.0.0.1:18789" })).toBe(250);
  });

  it("forgets the client it refused longest ago", () => {
    const pace = new RefusalPace(() => 0);
    for (let refusal = 0; refusal < 30; refusal += 1) pace.next(remote("203.0.113.1"));
    for (let client = 0; client < 10_000; client += 1)
      pace.next(remote(`10.0.${client >> 8}.${client & 255}`));
    expect(pace.next(remote("203.0.113.1"))).toBe(0);
  });
});
