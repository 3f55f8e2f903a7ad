import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";

describe("setup", () => {
  test("writes a configuration once and creates the folders, without deciding the gateway's mode", async () => {
    await using home = await createTestHome();
    const first = await home.openclaw(["setup"]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /^Wrote ~\/\.openclaw\/openclaw\.json\nWorkspace OK: ~\/\.openclaw\/workspace\nSessions OK: ~/,
    );
    const text = await readFile(join(home.home, ".openclaw", "openclaw.json"), "utf8");
    expect(text).not.toContain("mode");
    expect((await stat(join(home.home, ".openclaw", "workspace"))).isDirectory()).toBe(true);
    const second = await home.openclaw(["setup"]);
    expect(second.stdout).toMatch(/^Config OK: ~\/\.openclaw\/openclaw\.json\n/);
    expect(await readFile(join(home.home, ".openclaw", "openclaw.json"), "utf8")).toBe(text);
  });

  test("--json tells what was there and where everything is", async () => {
    await using home = await createTestHome();
    const state = join(home.home, ".openclaw");
    const places = {
      config: join(state, "openclaw.json"),
      workspace: join(state, "workspace"),
      store: join(state, "gateway.sqlite"),
    };
    for (const created of [true, false]) {
      const { stdout } = await home.openclaw(["setup", "--json"]);
      expect(JSON.parse(stdout)).toEqual({ created, ...places });
    }
  });

  test("of the dev profile makes it ready to start", async () => {
    await using home = await createTestHome();
    const { stdout } = await home.openclaw(["--dev", "setup"]);
    expect(stdout).toContain("Wrote ~/.openclaw-dev/openclaw.json");
    expect((await home.openclaw(["--dev", "config", "get", "gateway.mode"])).stdout).toBe("local\n");
  });

  test("takes the workspace from --workspace", async () => {
    await using home = await createTestHome();
    await home.openclaw(["setup", "--workspace", "~/work"]);
    expect((await stat(join(home.home, "work"))).isDirectory()).toBe(true);
  });
});
