import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { loadConfig } from "../load-config.ts";
import type { GatewayFlags } from "../settings/gateway-settings.ts";
import { resolveGatewaySettings } from "../settings/resolve-gateway-settings.ts";
import { fileSystem } from "../write/file-system.ts";
import { ensureGatewayToken, type EnsureGatewayTokenOptions } from "./ensure-gateway-token.ts";

const TOKEN = "ab".repeat(24);
const random = (bytes: number) => new Uint8Array(bytes).fill(0xab);

/** Goes the way of a start: load, resolve, provide a token. */
async function start(
  text: string | undefined,
  flags: GatewayFlags = {},
  more: Partial<EnsureGatewayTokenOptions> = {},
) {
  const dir = await temporaryDir();
  const { paths } = dir;
  if (text !== undefined) await writeFile(paths.configPath, text);
  const { config, env, exists, hash } = await loadConfig({ paths, env: {} });
  const resolved = resolveGatewaySettings({ config, env, paths, flags, configExists: exists });
  if (!resolved.ok) throw new Error(resolved.failure.lines[0]);
  const ensure = () =>
    ensureGatewayToken({
      settings: resolved.settings,
      paths,
      env,
      baseHash: hash,
      writer: { pid: 1 },
      random,
      ...more,
    });
  return { ...dir, ensure, read: () => readFile(paths.configPath, "utf8") };
}

describe("ensureGatewayToken", () => {
  test("saves a new token, and nothing else, into the file", async () => {
    await using gateway = await start("{\n  // mine\n  gateway: { mode: 'local' },\n}\n");
    const { settings, saved, logLines } = await gateway.ensure();
    expect(settings.auth).toMatchObject({ mode: "token", token: TOKEN, tokenSource: "generated" });
    expect({ saved, missing: settings.tokenMissing }).toEqual({ saved: true, missing: false });
    expect(await gateway.read()).toBe(
      `{\n  // mine\n  gateway: { mode: 'local', auth: {\n    mode: "token",\n    token: "${TOKEN}"\n  } },\n}\n`,
    );
    expect(logLines[0]).toBe(
      "Gateway auth token was missing. Generated a new token and saved it to config (gateway.auth.token).",
    );
    expect(logLines.join()).not.toContain(TOKEN);
  });

  test("keeps the other keys of the section and a mode the file names", async () => {
    await using gateway = await start(
      '{"gateway":{"mode":"local","auth":{"mode":"token","rateLimit":{"maxAttempts":5}}}}',
    );
    await gateway.ensure();
    expect(JSON.parse(await gateway.read())).toEqual({
      gateway: { mode: "local", auth: { mode: "token", rateLimit: { maxAttempts: 5 }, token: TOKEN } },
    });
  });

  test("creates the file for an unconfigured gateway, without a mode of the gateway", async () => {
    await using gateway = await start(undefined, { allowUnconfigured: true });
    expect((await gateway.ensure()).saved).toBe(true);
    expect(JSON.parse(await gateway.read())).toEqual({ gateway: { auth: { mode: "token", token: TOKEN } } });
  });

  test("keeps the token to this run when the command line chose the mode", async () => {
    await using gateway = await start("{ gateway: { mode: 'local' } }", { auth: "token" });
    const { settings, saved, logLines } = await gateway.ensure();
    expect({ token: settings.auth.token, saved }).toEqual({ token: TOKEN, saved: false });
    expect(logLines[0]).toMatch(
      /^Gateway auth token was missing\. Generated a runtime token for this startup without changing config; restart will generate a different token\./,
    );
    expect(await gateway.read()).toBe("{ gateway: { mode: 'local' } }");
  });

  test("leaves settings that have a token alone", async () => {
    await using gateway = await start("{ gateway: { mode: 'local' } }", { token: "t" });
    expect(await gateway.ensure()).toMatchObject({
      settings: { auth: { token: "t" } },
      saved: false,
      logLines: [],
    });
  });

  test("keeps the token in the state folder when the file must not be written, for gateway and commands", async () => {
    await using gateway = await start("{ gateway: { mode: 'local' } }");
    const { paths } = gateway;
    await chmod(paths.configPath, 0o444);
    await writeFile(paths.stateEnvPath, "# mine\nOPENCLAW_GATEWAY_TOKEN=\nOTHER=1");
    const { settings, saved, logLines } = await gateway.ensure();
    expect({ token: settings.auth.token, saved }).toEqual({ token: TOKEN, saved: true });
    expect(logLines).toEqual([
      `Gateway auth token was missing. Generated a new token and saved it to the state folder (${paths.stateEnvPath}); the configuration cannot be written.`,
      `Cannot write ${paths.configPath}: the file is read-only`,
    ]);
    expect(await gateway.read()).toBe("{ gateway: { mode: 'local' } }");
    expect(await readFile(paths.stateEnvPath, "utf8")).toBe(
      `# mine\nOTHER=1\nOPENCLAW_GATEWAY_TOKEN=${TOKEN}\n`,
    );
    expect((await stat(paths.stateEnvPath)).mode & 0o777).toBe(0o600);

    const { config, env } = await loadConfig({ paths, env: {} });
    const again = resolveGatewaySettings({ config, env, paths });
    expect(again.ok && again.settings.auth).toMatchObject({ token: TOKEN, tokenSource: "env" });
  });

  test("starts guarded all the same when nothing can be written", async () => {
    const open = () =>
      Promise.reject(Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" }));
    await using gateway = await start("{ gateway: { mode: 'local' } }", {}, { fs: { ...fileSystem, open } });
    const { settings, saved, logLines } = await gateway.ensure();
    expect({ token: settings.auth.token, saved }).toEqual({ token: TOKEN, saved: false });
    expect(logLines[0]).toMatch(/Generated a runtime token for this startup/);
    expect(logLines[1]).toContain("EROFS");
  });

  test("T-CFG-05 stops when the file has changed since it was read: it may hold a token by now", async () => {
    await using gateway = await start("{ gateway: { mode: 'local' } }");
    await writeFile(gateway.paths.configPath, "{ gateway: { mode: 'local', auth: { token: 'theirs' } } }");
    await expect(gateway.ensure()).rejects.toMatchObject({ code: "conflict" });
    expect(await gateway.read()).toContain("theirs");
  });

  test("makes 48 hex digits, different each time", async () => {
    const { generateToken } = await import("./generate-token.ts");
    const tokens = [generateToken(), generateToken()];
    expect(tokens.every((token) => /^[0-9a-f]{48}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(2);
  });
});
