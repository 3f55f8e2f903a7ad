import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PeerFacts } from "./facts.ts";
import { resolvePeer } from "./resolve-peer.ts";

const DIRECT = { trustedProxies: [], allowRealIpFallback: false };
const PROXIED = { trustedProxies: ["10.0.0.0/8", "127.0.0.1"], allowRealIpFallback: false };

const facts = (remoteAddress: string, headers: PeerFacts["headers"] = {}): PeerFacts => ({
  remoteAddress,
  headers: { host: "localhost:18789", ...headers },
});

describe("resolvePeer, direct peers", () => {
  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])("%s with a local Host is local", (address) => {
    expect(resolvePeer(facts(address), DIRECT)).toMatchObject({ isLocal: true, isLoopbackPeer: true });
  });

  test("G8 a loopback peer with a foreign Host, two Hosts or none is remote", () => {
    for (const host of ["gateway.example", ["localhost", "evil.example"], undefined]) {
      const peer = resolvePeer({ remoteAddress: "127.0.0.1", headers: { host } }, DIRECT);
      expect(peer).toMatchObject({ isLocal: false, isLoopbackPeer: true, clientIp: "127.0.0.1" });
    }
  });

  test("a remote peer is not local under any Host", () => {
    expect(resolvePeer(facts("192.0.2.1"), DIRECT)).toMatchObject({ isLocal: false, clientIp: "192.0.2.1" });
  });

  test("an unreadable socket address is nobody", () => {
    expect(resolvePeer(facts(""), DIRECT)).toMatchObject({
      isLocal: false,
      isLoopbackPeer: false,
      clientIp: "",
    });
  });
});

describe("resolvePeer, proxies", () => {
  test.each([
    ["x-forwarded-for", "192.0.2.1"],
    ["forwarded", "for=192.0.2.1"],
    ["x-real-ip", "192.0.2.1"],
    ["x-forwarded-host", "localhost"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-for", ""],
  ])("T-PROXY-01 %s from an unlisted proxy makes it unattributed and never local", (name, value) => {
    const peer = resolvePeer(facts("127.0.0.1", { [name]: value }), DIRECT);
    expect(peer).toMatchObject({ proxyUnattributed: true, isLocal: false, clientIp: "127.0.0.1" });
  });

  test("T-PROXY-02 the client is the right-most hop that is no trusted proxy", () => {
    const chains: readonly (readonly [string | readonly string[], string])[] = [
      ["192.0.2.1", "192.0.2.1"],
      ["127.0.0.1, 192.0.2.1", "192.0.2.1"],
      ["6.6.6.6, 192.0.2.1, 10.9.9.9", "192.0.2.1"],
      [["6.6.6.6", "192.0.2.1"], "192.0.2.1"],
      ["192.0.2.1:4711", "192.0.2.1"],
      ["[2001:db8::1]:4711", "2001:db8::1"],
      ["2001:db8::1", "2001:db8::1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["10.1.1.1, 10.2.2.2", "10.1.1.1"],
    ];
    for (const [chain, clientIp] of chains) {
      const peer = resolvePeer(facts("10.0.0.1", { "x-forwarded-for": chain }), PROXIED);
      expect(peer).toMatchObject({ clientIp, isLocal: false, proxyUnattributed: false });
    }
  });

  test("T-PROXY-02 nothing left of the first untrusted hop changes the client", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (spoofed) => {
        const chain = [...spoofed.map((text) => text.replaceAll(",", "")), "192.0.2.1", "10.9.9.9"].join(
          ", ",
        );
        const peer = resolvePeer(facts("10.0.0.1", { "x-forwarded-for": chain }), PROXIED);
        expect(peer.clientIp).toBe("192.0.2.1");
      }),
      { seed: 2 },
    );
  });

  test.each(["", "unknown", "192.0.2.1, ???", "_hidden"])("T-PROXY-05 the chain %j names nobody", (chain) => {
    const peer = resolvePeer(facts("127.0.0.1", { "x-forwarded-for": chain }), PROXIED);
    expect(peer).toMatchObject({ clientIp: "", isLocal: false, proxyUnattributed: false });
  });

  test("T-PROXY-05 a trusted proxy that names nobody is not mistaken for a local client", () => {
    const peer = resolvePeer(facts("127.0.0.1"), PROXIED);
    expect(peer).toMatchObject({ clientIp: "", isLocal: false, isLoopbackPeer: true });
  });

  test("T-PROXY-02 X-Real-IP counts only when the operator says so, and never beside X-Forwarded-For", () => {
    const headers = { "x-real-ip": "192.0.2.5" };
    const fallback = { ...PROXIED, allowRealIpFallback: true };
    expect(resolvePeer(facts("10.0.0.1", headers), PROXIED).clientIp).toBe("");
    expect(resolvePeer(facts("10.0.0.1", headers), fallback).clientIp).toBe("192.0.2.5");
    const both = { ...headers, "x-forwarded-for": "192.0.2.6" };
    expect(resolvePeer(facts("10.0.0.1", both), fallback).clientIp).toBe("192.0.2.6");
  });

  test("T-PROXY-01 no headers make a peer local that is not local without them", () => {
    const names = ["x-forwarded-for", "x-real-ip", "x-forwarded-host", "forwarded", "host", "origin"];
    const headers = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.constant("127.0.0.1"), fc.ipV4(), fc.string()),
    );
    fc.assert(
      fc.property(headers, fc.constantFrom("192.0.2.1", "10.0.0.1", "2001:db8::1"), (sent, address) => {
        expect(resolvePeer({ remoteAddress: address, headers: sent }, PROXIED).isLocal).toBe(false);
      }),
      { seed: 1 },
    );
  });
});
