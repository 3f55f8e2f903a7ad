import { describe, expect, test } from "vitest";
import { hostName, isBoundHost, isLocalName, isLoopbackName } from "./host.ts";

describe("hostName", () => {
  test.each([
    ["localhost:18789", "localhost"],
    ["LOCALHOST", "localhost"],
    ["localhost.:80", "localhost"],
    ["[::1]:18789", "::1"],
    ["[::1]", "::1"],
    ["gw.example", "gw.example"],
  ])("reads %s as %s", (header, expected) => {
    expect(hostName(header)).toBe(expected);
  });

  test.each([
    undefined,
    "",
    "a, b",
    "localhost:18789, evil.example",
    "user@localhost",
    "localhost/x",
    "::1",
    "a:b",
  ])("T-WEB-03 refuses %j", (header) => {
    expect(hostName(header)).toBeUndefined();
  });
});

describe("isLoopbackName and isLocalName", () => {
  test.each(["localhost", "127.0.0.1", "127.8.9.10", "::1"])("%s is loopback", (name) => {
    expect(isLoopbackName(name)).toBe(true);
  });

  test.each([
    "127.evil.example",
    "localhost.evil.example",
    "0.0.0.0",
    "10.0.0.1",
    "evilts.net",
    "ts.net.evil.example",
  ])("T-WEB-03 %s is not local", (name) => {
    expect(isLoopbackName(name)).toBe(false);
    expect(isLocalName(name)).toBe(false);
  });

  test("a name of the tailnet is local, but no loopback", () => {
    expect(isLocalName("box.tail1234.ts.net")).toBe(true);
    expect(isLoopbackName("box.tail1234.ts.net")).toBe(false);
  });
});

describe("isBoundHost", () => {
  test("knows the addresses we listen on", () => {
    expect(isBoundHost("192.0.2.7", ["192.0.2.7"])).toBe(true);
    expect(isBoundHost("192.0.2.8", ["192.0.2.7"])).toBe(false);
    expect(isBoundHost("::1", ["127.0.0.1", "::1"])).toBe(true);
  });

  test("T-WEB-03 a wildcard bind takes any address but no name", () => {
    expect(isBoundHost("192.0.2.8", ["0.0.0.0"])).toBe(true);
    expect(isBoundHost("evil.example", ["0.0.0.0"])).toBe(false);
  });
});
