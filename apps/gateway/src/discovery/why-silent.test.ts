import { describe, expect, test } from "vitest";
import { whySilent } from "./why-silent.ts";

const LAN = ["0.0.0.0"];
const why = (hosts: readonly string[], env: Record<string, string>, ...files: readonly string[]) =>
  whySilent({ hosts, env, hasFile: (path) => files.includes(path) });

describe("whySilent", () => {
  test("a gateway that neighbours can reach is announced", () => {
    expect(why(LAN, {})).toBeUndefined();
    expect(why(["192.168.7.20"], {})).toBeUndefined();
    expect(why(LAN, { CI: "false" })).toBeUndefined();
  });

  test("one that they cannot reach is not, whatever is asked for, and nobody is told", () => {
    expect(why(["127.0.0.1", "::1"], { OPENCLAW_DISABLE_BONJOUR: "0" })).toEqual({});
    expect(why(LAN, { OPENCLAW_DISABLE_BONJOUR: "1" })).toEqual({});
  });

  test.each([
    [{ CI: "true" }, [], /build machine/],
    [{ container: "lxc" }, [], /container/],
    [{ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, [], /container/],
    [{}, ["/.dockerenv"], /container/],
    [{}, ["/run/.containerenv"], /container/],
  ])(
    "T-LOG-07: none is on build machines and in containers, unless it is asked for: %j %j",
    (env, files, reason) => {
      expect(why(LAN, env, ...files)).toEqual({ reason: expect.stringMatching(reason) });
      expect(why(LAN, { ...env, OPENCLAW_DISABLE_BONJOUR: "0" }, ...files)).toBeUndefined();
    },
  );
});
