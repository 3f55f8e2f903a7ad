import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Env } from "../environment.ts";
import { loadConfig } from "../load-config.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { explainSetting } from "./explain-setting.ts";

const FILES = {
  "openclaw.json": `// mine
{
  gateway: {
    port: 20001,
    auth: { token: "\${TOKEN_OF_THE_HOUSE}" },
    controlUi: { $include: "ui.json5" },
  },
  models: { providers: { acme: { baseUrl: "\${BASE}/v1", apiKey: "k-literal", models: [] } } },
}
`,
  "ui.json5": '{\n  // theirs\n  basePath: "/panel",\n}\n',
};
const ENV = { TOKEN_OF_THE_HOUSE: "a-token-of-the-house", BASE: "http://127.0.0.1:9" };

async function explain(
  path: string,
  { env = {}, flags }: { env?: Env; flags?: Readonly<Record<string, string>> } = {},
) {
  await using dir = await temporaryDir();
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
  const loaded = await loadConfig({ paths: dir.paths, env: { ...ENV, ...env } });
  const found = await explainSetting({
    loaded,
    paths: dir.paths,
    path: path.split("."),
    ...(flags && { flags }),
  });
  return found && { ...found, where: found.where?.replace(`${dir.path}/`, "") };
}

describe("explainSetting", () => {
  test("names file and line, and the default that it replaces", async () => {
    expect(await explain("gateway.port")).toEqual({
      path: "gateway.port",
      value: 20001,
      source: "file",
      where: "openclaw.json:4",
      variables: [],
      type: "number",
      default: 18789,
      reload: "restart",
      sensitive: false,
    });
  });

  test("names the included file and the line there", async () => {
    expect(await explain("gateway.controlUi.basePath")).toMatchObject({
      value: "/panel",
      source: "include",
      where: "ui.json5:3",
      default: "",
    });
  });

  test("hides a secret and names the variable it is made from", async () => {
    expect(await explain("gateway.auth.token")).toMatchObject({
      value: "__OPENCLAW_REDACTED__",
      source: "file",
      where: "openclaw.json:5",
      variables: ["TOKEN_OF_THE_HOUSE"],
      sensitive: true,
    });
    const secret = await explain("models.providers.acme.apiKey");
    expect(JSON.stringify(secret)).not.toContain("k-literal");
    expect(await explain("models.providers.acme.baseUrl")).toMatchObject({
      value: "http://127.0.0.1:9/v1",
      variables: ["BASE"],
    });
  });

  test("knows by rank that a variable wins over the file for the port, but not for the token", async () => {
    const env = { OPENCLAW_GATEWAY_PORT: "20777", OPENCLAW_GATEWAY_TOKEN: "a-token-of-the-process" };
    expect(await explain("gateway.port", { env })).toMatchObject({
      value: 20777,
      source: "env",
      where: "OPENCLAW_GATEWAY_PORT",
    });
    expect(await explain("gateway.auth.token", { env })).toMatchObject({ source: "file" });
    const flags = { OPENCLAW_GATEWAY_PORT: "--dev" };
    expect(await explain("gateway.port", { env, flags })).toMatchObject({ source: "flag", where: "--dev" });
  });

  test.each([
    ["gateway.bind", "loopback", 'one of "auto"|"lan"|"loopback"|"custom"|"tailnet"'],
    ["gateway.reload.mode", "hybrid", 'one of "off"|"hot"|"restart"|"hybrid"'],
    ["gateway.limits.tickIntervalMs", 30_000, "number"],
    ["gateway.http.endpoints.chatCompletions.enabled", false, "boolean"],
    ["agents.defaults.maxConcurrent", 4, "number"],
  ])("tells the default of %s", async (path, value, type) => {
    expect(await explain(path)).toMatchObject({ source: "default", value, default: value, type });
  });

  test("tells a setting without value from one that does not exist", async () => {
    const found = await explain("hooks.token");
    expect(found).toMatchObject({ source: "default", type: "string", sensitive: true });
    expect(found).not.toHaveProperty("value");
    expect(await explain("hooks.tokken")).toBeUndefined();
  });
});
