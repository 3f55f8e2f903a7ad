import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayProcess, TemporaryUser } from "../support/gateway-process.ts";

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

const configPath = () => join(user.home, ".openclaw-dev", "openclaw.json");
const read = () => readFile(configPath(), "utf8");

async function config(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await user.openclaw(["--dev", "config", ...words]);
  if (code !== 0) throw new Error(stderr + stdout);
  return stdout;
}

describe("config commands beside a running gateway", () => {
  test("set through it: what is live is applied, and says so", async () => {
    const before = await read();
    expect(await config("set", "gateway.controlUi.allowedOrigins", '["https://panel.example"]')).toBe(
      "Updated gateway.controlUi.allowedOrigins.\nApplied live.\n",
    );
    const answer = JSON.parse(await config("set", "gateway.writeBudget.maxCalls", "29", "--json")) as object;
    expect(answer).toMatchObject({ effects: { hot: ["gateway.writeBudget"], restart: [] } });
    const { entries } = JSON.parse(await config("history", "--json")) as {
      entries: readonly { readonly source: string; readonly actor: string }[];
    };
    expect(entries[0]).toMatchObject({
      source: "rpc",
      actor: expect.stringMatching(/^config\.set /) as string,
    });
    await config("rollback");
    await config("unset", "gateway.controlUi.allowedOrigins");
    expect(await read()).toBe(before);
  });

  test("restart it when a setting needs that, and only then; --dry-run only says so", async () => {
    const before = await read();
    const dry = JSON.parse(
      await config("set", "discovery.mdns.mode", '"off"', "--dry-run", "--json"),
    ) as object;
    expect(dry).toMatchObject({
      dryRun: true,
      effects: { restart: ["discovery"] },
      outcome: "Restarting the gateway.",
    });
    expect(await read()).toBe(before);
    expect(await config("set", "ui.seamColor", "#112233")).toBe("Updated ui.seamColor.\nApplied live.\n");
    expect(await config("set", "discovery.mdns.mode", "off")).toBe(
      "Updated discovery.mdns.mode.\nRestarting the gateway.\n",
    );
  });

  test("leave a restart pending where the mode says so", async () => {
    await config("set", "gateway.reload.mode", "hot", "--dry-run");
    await config("set", "gateway.reload", '{ mode: "off" }');
    expect(await config("set", "ui.seamColor", "#112233")).toBe(
      "Updated ui.seamColor.\nPending: needs a restart (gateway.reload.mode=off).\n",
    );
  });

  test("explain what a change would do, by the table the gateway plans with", async () => {
    const port = JSON.parse(await config("explain", "gateway.port", "--json")) as object;
    expect(port).toMatchObject({ reload: "restart", type: "number", default: 18_789 });
    const token = JSON.parse(await config("explain", "gateway.auth.token", "--json")) as object;
    expect(token).toMatchObject({ reload: "hot", sensitive: true, value: "__OPENCLAW_REDACTED__" });
    expect(await config("explain", "discovery.mdns.mode")).toContain("A change: restarts the gateway.");
    expect(await config("explain", "ui.seamColor")).toContain("A change: is read at the next use.");
  });

  test("diff what is typed into the file against what the gateway runs with", async () => {
    expect(await config("diff")).toBe("The file says the same as the running gateway.\n");
    await config("set", "gateway.reload", '{ mode: "off" }');
    await writeFile(configPath(), (await read()).replace(/\}\s*$/, ', "ui": { "seamColor": "#112233" } }\n'));
    expect(JSON.parse(await config("diff", "--json"))).toEqual({
      against: "the running gateway",
      changes: [{ path: "ui", to: { seamColor: "#112233" }, kind: "none" }],
    });
  });

  test("diff what is typed into an included file against what the gateway runs with", async () => {
    const part = join(dirname(configPath()), "ui.json5");
    await writeFile(part, '{ "seamColor": "#111111" }');
    await writeFile(
      configPath(),
      (await read()).replace(/\}\s*$/, ', "ui": { "$include": "./ui.json5" } }\n'),
    );
    await expect.poll(() => config("diff")).toBe("The file says the same as the running gateway.\n");
    await config("set", "gateway.reload", '{ mode: "off" }');
    await writeFile(part, '{ "seamColor": "#112233" }');
    expect(JSON.parse(await config("diff", "--json"))).toEqual({
      against: "the running gateway",
      changes: [{ path: "ui.seamColor", from: "#111111", to: "#112233", kind: "none" }],
    });
  });

  test("refuse what the gateway could not start with", async () => {
    const before = await read();
    const { code, stderr } = await user.openclaw(["--dev", "config", "set", "gateway.bind", "custom"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("Config validation failed: gateway.customBindHost"),
    ]);
    expect(await read()).toBe(before);
  });

  test("write a file of another instance directly", async () => {
    const port = Number(new URL(gateway.url).port);
    const other = join(user.home, "other.json5");
    await writeFile(other, `{ gateway: { mode: "local", port: ${port} } }\n`);
    const { code, stdout } = await user.openclaw(["--dev", "config", "set", "ui.seamColor", "#112233"], {
      env: { OPENCLAW_CONFIG_PATH: other },
    });
    expect(code).toBe(0);
    expect(stdout).toContain("Updated ui.seamColor.\n");
    expect(await readFile(other, "utf8")).toContain("#112233");
    expect(await read()).not.toContain("#112233");
  });
});
