import { describe, expect, test } from "vitest";
import { clientKey } from "./client-key.ts";

describe("clientKey", () => {
  test("T-AUTH-11 both spellings of an IPv4 address are one client", () => {
    expect(clientKey("::ffff:1.2.3.4")).toBe(clientKey("1.2.3.4"));
  });

  test("T-AUTH-11 all addresses of one /64 are one client, the next /64 is another", () => {
    const keys = new Set(
      Array.from({ length: 500 }, (_, host) => clientKey(`2001:db8:1:2::${host.toString(16)}`)),
    );
    expect([...keys]).toEqual(["2001:db8:1:2::/64"]);
    expect(clientKey("2001:db8:1:3::1")).not.toBe(clientKey("2001:db8:1:2::1"));
  });

  test("T-PROXY-05 clients nobody told us share one budget", () => {
    expect(clientKey("")).toBe("unknown");
  });
});
