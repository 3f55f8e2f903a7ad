import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";
import { freePort } from "../../testing/gateway.ts";

async function site(config?: string) {
  const home = await createTestHome();
  const port = await freePort();
  await home.configure(config ?? `{\n  gateway: { mode: "local", port: ${port} },\n}\n`);
  const openclaw = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    home.openclaw(["config", ...words], { env });
  return { ...home, openclaw, port, path: join(home.home, ".openclaw", "openclaw.json") };
}

describe("config explain", () => {
  test("tells value, place, type and default in text", async () => {
    await using home = await site();
    expect(await home.openclaw(["explain", "gateway.port"])).toEqual({
      code: 0,
      stdout: [
        `gateway.port = ${home.port}`,
        "From: file ~/.openclaw/openclaw.json:2",
        "Type: number",
        "Default: 18789",
        "A change: restarts the gateway.\n",
      ].join("\n"),
      stderr: "",
    });
  });

  test("names the flag of the command line", async () => {
    await using home = await createTestHome();
    const { stdout } = await home.openclaw(["--dev", "config", "explain", "gateway.port", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      value: 19_001,
      source: "flag",
      where: "--dev",
      default: 18_789,
    });
  });

  test("knows no setting that does not exist", async () => {
    await using home = await site();
    expect(await home.openclaw(["explain", "gateway.prot"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "Config path not found: gateway.prot\n",
    });
  });
});

describe("config validate", () => {
  test("is content with a valid file, and with none", async () => {
    await using home = await site();
    expect(await home.openclaw(["validate"])).toEqual({
      code: 0,
      stdout: "Config OK: ~/.openclaw/openclaw.json\n",
      stderr: "",
    });
    await using empty = await createTestHome();
    expect((await empty.openclaw(["config", "validate", "--json"])).stdout).toContain('"valid": true');
  });

  test("names file and line of every issue, in included files too, with exit code 1", async () => {
    await using home = await site('{\n  gateway: { port: "many" },\n  ui: { $include: "ui.json5" },\n}\n');
    const included = join(home.home, ".openclaw", "ui.json5");
    await writeFile(included, '// theirs\n{\n  seamColor: "blue" }\n');
    const { code, stdout } = await home.openclaw(["validate", "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        valid: false,
        path: home.path,
        issues: [
          {
            path: "gateway.port",
            file: home.path,
            line: 2,
            message: expect.stringContaining("number") as string,
          },
          { path: "ui.seamColor", file: included, line: 3 },
        ],
        warnings: [],
      },
    ]);
    const text = await home.openclaw(["validate"]);
    expect([text.code, text.stdout]).toEqual([1, ""]);
    expect(text.stderr).toContain("~/.openclaw/ui.json5:3: ui.seamColor: ");
  });

  test("checks another file, which must exist", async () => {
    await using home = await site();
    await writeFile(join(home.home, "draft.json5"), "{ gateway: ");
    const { code, stderr } = await home.openclaw(["validate", "draft.json5"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("draft.json5:1: <root>: JSON5 parse failed")]);
    expect((await home.openclaw(["validate", "nowhere.json5"])).stderr).toContain("no such file");
  });
});

describe("config schema", () => {
  test("prints the whole or a part, and writes it into a file", async () => {
    await using home = await site();
    const whole = JSON.parse((await home.openclaw(["schema"])).stdout) as { properties: object };
    expect(Object.keys(whole.properties)).toContain("gateway");
    expect(JSON.parse((await home.openclaw(["schema", "gateway.reload.mode"])).stdout)).toEqual({
      type: "string",
      enum: ["off", "hot", "restart", "hybrid"],
    });
    const file = join(home.home, "schema.json");
    expect((await home.openclaw(["schema", "--out", "schema.json"])).stdout).toBe(`Wrote ${file}\n`);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(whole);
    expect(await home.openclaw(["schema", "gateway.prot"])).toMatchObject({ code: 1 });
  });
});

test.each([["set", "ui.seamColor", "#112233"], ["unset", "ui"], ["explain", "ui"], ["diff"]])(
  "config %s does not guess from an invalid file",
  async (...words) => {
    await using home = await site("{ gateway: ");
    const { code, stderr } = await home.openclaw(words);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Config invalid at .*\n- <root>: JSON5 parse failed/),
    ]);
  },
);
