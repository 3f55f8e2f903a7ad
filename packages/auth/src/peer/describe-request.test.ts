import { describe, expect, test } from "vitest";
import { testPolicy } from "../testing/index.ts";
import { describeRequest } from "./describe-request.ts";
import type { PeerFacts } from "./facts.ts";

const POLICY = testPolicy({ trustedProxies: ["10.0.0.0/8"] });
const LOCAL = "localhost:18789";
const FORWARDED = { "x-forwarded-for": "203.0.113.7, 10.0.0.9" };

describe("describeRequest", () => {
  test.each<[verdict: string, from: string, headers: PeerFacts["headers"], client: string]>([
    ["local", "127.0.0.1", { host: LOCAL }, "127.0.0.1"],
    ["direct", "192.0.2.1", { host: LOCAL }, "192.0.2.1"],
    ["hidden-proxy", "::1", { host: "gateway.example" }, "::1"],
    ["untrusted-proxy", "127.0.0.1", { host: LOCAL, ...FORWARDED }, "127.0.0.1"],
    ["proxied", "10.0.0.1", { host: "gateway.example", ...FORWARDED }, "203.0.113.7"],
    ["nameless-proxy", "10.0.0.1", { host: "gateway.example" }, ""],
    ["nameless-proxy", "10.0.0.1", { "x-forwarded-for": "unknown" }, ""],
  ])("takes for %s a request from %s with %j", (verdict, remoteAddress, headers, clientIp) => {
    const seen = describeRequest({ remoteAddress, headers }, POLICY);
    expect(seen).toMatchObject({ verdict, peer: remoteAddress, clientIp, isLocal: verdict === "local" });
  });

  test("tells the headers of proxies as they came, each in its first 512 characters, and no others", () => {
    const headers = {
      "x-forwarded-for": ["1.1.1.1", "2.2.2.2"],
      forwarded: "for=1.1.1.1;".repeat(100),
      authorization: "Bearer secret",
      cookie: "a=b",
    };
    const { forwarding } = describeRequest({ remoteAddress: "192.0.2.1", headers }, POLICY);
    expect(Object.keys(forwarding).sort()).toEqual(["forwarded", "x-forwarded-for"]);
    expect(forwarding["x-forwarded-for"]).toBe("1.1.1.1, 2.2.2.2");
    expect(forwarding["forwarded"]).toHaveLength(512);
  });

  test.each([
    [undefined, LOCAL, null],
    ["http://localhost:18789", LOCAL, "allowed"],
    ["https://evil.example", LOCAL, "origin not allowed"],
    ["http://localhost:18789", "evil.example", "origin not allowed"],
    ["https://listed.example", "evil.example", "host not allowed"],
  ])("says what the rules for browsers make of the origin %s at %s", (origin, host, browser) => {
    const listed = { ...POLICY.controlUi, allowedOrigins: ["https://listed.example"] };
    const facts = { remoteAddress: "127.0.0.1", headers: { host, ...(origin !== undefined && { origin }) } };
    expect(describeRequest(facts, { ...POLICY, controlUi: listed }).browser).toBe(browser);
  });
});
