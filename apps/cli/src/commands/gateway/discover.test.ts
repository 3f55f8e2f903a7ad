import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";

// What is found on a network is in tests/e2e/discovery.test.ts: there is one to be heard on.
describe("gateway discover", () => {
  test("says that it did not look when it may not", async () => {
    await using home = await createTestHome();
    expect(await home.openclaw(["gateway", "discover"])).toEqual({
      code: 0,
      stdout: "Gateway Discovery\nFound 0 gateway(s) · domains: local.\n",
      stderr: "Not every network was asked: OPENCLAW_DISABLE_BONJOUR is set\n",
    });
    const { stdout } = await home.openclaw(["gateway", "discover", "--json", "--timeout", "500"]);
    expect(JSON.parse(stdout)).toEqual({
      timeoutMs: 500,
      domains: ["local."],
      count: 0,
      beacons: [],
      problem: "OPENCLAW_DISABLE_BONJOUR is set",
    });
  });

  test("refuses a time that is none", async () => {
    await using home = await createTestHome();
    expect(await home.openclaw(["gateway", "discover", "--timeout", "soon"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "gateway discover failed: Error: invalid --timeout: soon\n",
    });
  });
});
