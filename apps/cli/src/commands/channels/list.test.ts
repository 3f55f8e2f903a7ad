import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";

const CONFIG = {
  channels: {
    telegram: { botToken: "123:secret", accounts: { ops: { tokenFile: "/t", enabled: false } } },
    irc: {},
    slack: { enabled: false, accounts: { team: { botToken: "xoxb-secret" } } },
    defaults: { groupPolicy: "open" },
  },
};

describe("channels list", () => {
  test("names every configured account, where its secret comes from and whether it is on", async () => {
    await using home = await createTestHome();
    await home.configure(CONFIG);
    const { code, stdout } = await home.openclaw(["channels", "list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Chat channels:\n- Telegram default: configured, token=config, enabled\n/);
    expect(stdout).toContain("- Telegram ops: configured, token=tokenFile, disabled\n");
    expect(stdout).toContain("- IRC default: configured, enabled\n");
    expect(stdout).toContain("- Slack team: configured, token=config, disabled\n");
    expect(stdout).not.toContain("secret");
    const json = await home.openclaw(["channels", "list", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({
      chat: { telegram: ["default", "ops"], irc: ["default"], slack: ["team"] },
      auth: [],
    });
  });

  test("sees a secret in the environment, for the default account only", async () => {
    await using home = await createTestHome();
    await home.configure({ channels: { telegram: { accounts: { default: {}, ops: {} } } } });
    const { stdout } = await home.openclaw(["channels", "list"], { env: { TELEGRAM_BOT_TOKEN: "1:a" } });
    expect(stdout).toContain("- Telegram default: configured, token=env, enabled\n");
    expect(stdout).toContain("- Telegram ops: configured, enabled\n");
  });

  test("says that there are none", async () => {
    await using home = await createTestHome();
    expect((await home.openclaw(["channels", "list"])).stdout).toMatch(/^Chat channels:\n- none\n/);
  });
});
