import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { configFor, TOKEN } from "../testing/gateway.ts";

const URL = `http://127.0.0.1:20400/#token=${TOKEN}`;

describe("dashboard", () => {
  test("prints the address with the token, and starts no browser where nobody looks", async () => {
    await using home = await createTestHome();
    await home.configure(configFor(20_400));
    const pages: string[] = [];
    const openPage = async (page: string) => pages.push(page) > 0;
    const { code, stdout } = await home.openclaw(["dashboard", "--no-open"], { isTerminal: true, openPage });
    expect([code, stdout.split("\n")]).toEqual([
      0,
      [
        `Dashboard URL: ${URL}`,
        "Copy to clipboard unavailable.",
        "Browser launch disabled (--no-open). Use the URL above.",
        "",
      ],
    ]);
    expect((await home.openclaw(["dashboard"], { openPage })).stdout).toContain("No browser to open it in.");
    const json = await home.openclaw(["dashboard", "--json"], { isTerminal: true, openPage });
    expect(JSON.parse(json.stdout)).toEqual({ url: URL, opened: false });
    expect(pages).toEqual([]);
  });

  test("opens the page on a terminal, without the token that others could read among the arguments", async () => {
    await using home = await createTestHome();
    await home.configure(configFor(20_400));
    const pages: string[] = [];
    const openPage = async (page: string) => pages.push(page) > 0;
    const { stdout } = await home.openclaw(["dashboard"], { isTerminal: true, openPage });
    expect(pages).toEqual(["http://127.0.0.1:20400/"]);
    expect(stdout).toContain("Opened in the browser.");
  });

  test("says how to switch the Control UI on when it is off", async () => {
    await using home = await createTestHome();
    await home.configure({ gateway: { controlUi: { enabled: false } } });
    const { code, stdout, stderr } = await home.openclaw(["dashboard"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Error: the Control UI is switched off\nNext: openclaw config set gateway.controlUi.enabled true\n",
    });
  });
});
