import { describe, expect, test } from "vitest";

import { createTestHome, type ProcessFacts } from "../../testing/command-line.ts";

const CONFIG = { gateway: { port: 20440, mode: "local", auth: { mode: "token", token: "a-secret-token" } } };

async function get(words: readonly string[], facts?: ProcessFacts, config: unknown = CONFIG) {
  await using home = await createTestHome();
  await home.configure(config);
  return await home.openclaw(["config", "get", ...words], facts);
}

describe("config get", () => {
  test("prints a scalar bare and an object as JSON", async () => {
    expect((await get(["gateway.port"])).stdout).toBe("20440\n");
    expect((await get(["gateway.mode"])).stdout).toBe("local\n");
    expect(JSON.parse((await get(["gateway"])).stdout)).toMatchObject({ port: 20440 });
    expect((await get(["gateway.mode", "--json"])).stdout).toBe('"local"\n');
  });

  test("prints the default of a setting that is left out, and nothing for a section that is", async () => {
    const config = { gateway: { mode: "local" } };
    expect((await get(["gateway.port"], {}, config)).stdout).toBe("18789\n");
    expect((await get(["gateway.reload.debounceMs"], {}, config)).stdout).toBe("300\n");
    expect((await get(["gateway.trustedProxies", "--json"], {}, config)).stdout).toBe("[]\n");
    expect(JSON.parse((await get(["gateway"], {}, config)).stdout)).toEqual(config.gateway);
    expect(await get(["gateway.limits"], {}, config)).toMatchObject({ code: 1, stdout: "" });
  });

  test("hides secrets, also inside objects", async () => {
    expect((await get(["gateway.auth.token"])).stdout).toBe("__OPENCLAW_REDACTED__\n");
    const { stdout } = await get(["gateway", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ auth: { mode: "token", token: "__OPENCLAW_REDACTED__" } });
    expect(stdout).not.toContain("a-secret-token");
  });

  test("reveals a secret when a person sits at stdin, even if stdout is captured", async () => {
    expect((await get(["gateway.auth.token", "--reveal"], { stdinIsTerminal: true })).stdout).toBe(
      "a-secret-token\n",
    );
  });

  test("does not reveal anything to a script", async () => {
    expect(await get(["gateway.auth.token", "--reveal"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "Error: --reveal works only when stdin is a terminal\n",
    });
  });

  test.each([
    [["no.such"], "Config path not found: no.such\n"],
    [["gateway.__proto__"], "Invalid path segment: __proto__\n"],
  ])("%j: one line on stderr, exit code 1", async (words, stderr) => {
    expect(await get(words)).toEqual({ code: 1, stdout: "", stderr });
  });

  test("refuses to answer from an invalid file and names its problems", async () => {
    const { code, stderr } = await get(["gateway.port"], {}, { gateway: { port: "many" } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Config invalid at .*\.\n- gateway\.port: .*\nRun `openclaw doctor` to repair, then retry\.\n$/,
    );
  });
});
