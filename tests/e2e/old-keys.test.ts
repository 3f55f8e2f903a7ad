import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";

const TOKEN = "a-token-of-an-older-release-0123456789abcdef";

let user: TemporaryUser;
let path: string;
let port: number;
beforeEach(async () => {
  user = await TemporaryUser.create();
  port = await freePort();
  path = join(user.home, ".openclaw", "openclaw.json");
  await mkdir(join(user.home, ".openclaw"), { mode: 0o700 });
});
afterEach(() => user[Symbol.asyncDispose]());

const old = () => `{
  gateway: { mode: "local", port: ${port}, token: "${TOKEN}" }, // ours
  session: { dmScope: "main" },
}
`;
const put = (text: string) => writeFile(path, text, { mode: 0o600 });
const read = () => readFile(path, "utf8");

/** What a command prints with `--json`, whatever its exit code; it knows where the gateway is without the file. */
async function json(...words: readonly string[]): Promise<unknown> {
  const env = { OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: TOKEN };
  return JSON.parse((await user.openclaw([...words, "--json"], { env })).stdout);
}

describe("a configuration with keys of an older release", () => {
  test("is named by commands, brought up to date by a start, and refused to a running gateway", async () => {
    await put(old());
    expect(await json("config", "validate")).toEqual({
      valid: false,
      path,
      issues: [
        {
          path: "gateway.token",
          message: "gateway.token was moved; use gateway.auth.token instead (auto-migrated on load).",
          file: path,
          line: 2,
        },
      ],
      warnings: [],
    });
    const banner = await user.openclaw(["config", "get", "gateway.port"]);
    expect(banner).toMatchObject({ code: 1, stdout: "" });
    expect(banner.stderr).toContain("use gateway.auth.token instead");
    const status = await user.openclaw(["gateway", "status", "--no-probe"]);
    expect(status.stderr).toContain("Legacy config keys detected:\n  - gateway.token\n");
    expect(await read()).toBe(old());

    const child = user.spawn(["gateway"]);
    const output = collect(child);
    await waitFor(output, /listening on ws:/);
    expect(output.text).toMatch(
      /migrated legacy config entries:\n.*- Moved gateway\.token to gateway\.auth\.token\./,
    );
    const migrated = await read();
    expect(migrated).toContain("// ours");
    expect(migrated).not.toBe(old());

    // The token works from where it is now, and the next edit finds nothing to move.
    expect(await json("health")).toMatchObject({ configStatus: { state: "applied" } });
    await put(migrated.replace('"main"', '"per-peer"').replace("session:", "bridge: {}, session:"));
    await waitFor(output, /bridge was removed; delete it\./);
    expect(await json("health")).toMatchObject({ configStatus: { state: "invalid", path: "bridge" } });
    expect(await read()).toContain("bridge");

    await kill(child, "SIGTERM");
    const again = await user.openclaw(["gateway"]);
    expect(again.code).toBe(78);
    expect(again.stderr).toContain(
      'Legacy config entries detected but auto-migration failed. Run "openclaw doctor" to migrate.\n',
    );
    expect(await read()).toContain("bridge");
  });

  test("T-CFG-01 is not read at all when an old section would reach a prototype", async () => {
    await put(`{ gateway: { mode: "local", port: ${port} }, telegram: { "__proto__": { enabled: true } } }`);
    const text = await read();
    const start = await user.openclaw(["gateway"]);
    expect(start.code).toBe(78);
    expect(start.stderr).toContain('forbidden key "telegram.__proto__"');
    expect(await read()).toBe(text);
  });
});
