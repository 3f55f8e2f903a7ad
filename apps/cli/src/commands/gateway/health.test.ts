import { describe, expect, test } from "vitest";

import { ANSWERS, createDownSite, createTestSite } from "../../testing/gateway.ts";

describe("gateway health", () => {
  test("prints OK with the duration and one line per channel", async () => {
    const health = {
      ...ANSWERS.health,
      durationMs: 41,
      channelOrder: ["telegram", "irc", "signal", "slack"],
      channelLabels: { telegram: "Telegram", irc: "IRC", signal: "Signal", slack: "Slack" },
      channels: {
        telegram: { configured: true, probe: { ok: false, status: null, error: "fetch failed" } },
        irc: { configured: true, probe: { ok: true, elapsedMs: 12, bot: { username: "claw" } } },
        signal: { linked: true, authAgeMs: 180_000 },
        slack: { configured: false },
      },
    };
    await using site = await createTestSite({ health: () => health });
    const { code, stdout } = await site.openclaw(["gateway", "health"]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "Gateway Health",
      "OK (41ms)",
      "Telegram: failed (unknown) - fetch failed",
      "IRC: ok (@claw) (12ms)",
      "Signal: linked (auth age 3m)",
      "Slack: not configured",
      "",
    ]);
  });

  test("prints the payload under --json", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["gateway", "health", "--json"]);
    expect(JSON.parse(stdout)).toEqual(ANSWERS.health);
  });

  test("with the gateway down fails without a prefix, under --json as an object", async () => {
    await using site = await createDownSite();
    const text = await site.openclaw(["gateway", "health"]);
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(
      /^Error: gateway closed \(1006 abnormal closure \(no close frame\)\): no close reason\n/,
    );
    const json = await site.openclaw(["gateway", "health", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { code: "unreachable", hint: "start it with: openclaw gateway" },
    });
  });
});
