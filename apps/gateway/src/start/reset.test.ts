import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { resolvePaths } from "@openclaw/config";
import { createGateway } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { resetDevelopment } from "./reset.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const STAMP = "reset-20260102T030405Z";

/** An installation with a configuration, a state folder and the workspace of development gateways. */
async function site(env: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const paths = resolvePaths({
    env: { OPENCLAW_HOME: folder.path, ...env },
    homeDir: folder.path,
    cwd: folder.path,
  });
  const workspace = join(folder.path, ".openclaw", "workspace-dev");
  await mkdir(workspace, { recursive: true });
  await mkdir(paths.stateDir, { recursive: true });
  await writeFile(join(workspace, "notes.md"), "mine");
  await writeFile(paths.configPath, '{ gateway: { mode: "local", auth: { token: "a-token-of-its-own" } } }');
  const list = async () => (await readdir(folder.path)).toSorted();
  return { ...folder, paths, list };
}

describe("--reset", () => {
  test("moves state, configuration and workspace of the development profile aside, and deletes nothing", async () => {
    await using own = await site({ OPENCLAW_PROFILE: "dev", OPENCLAW_STATE_DIR: "~/.openclaw-dev" });
    expect(await resetDevelopment(own.paths, false, NOW)).toEqual({
      ok: true,
      lines: [
        `Dev reset: moved ~/.openclaw/workspace-dev to ~/.openclaw/workspace-dev.${STAMP}`,
        `Dev reset: moved ~/.openclaw-dev to ~/.openclaw-dev.${STAMP}`,
      ],
    });
    expect(await own.list()).toEqual([".openclaw", `.openclaw-dev.${STAMP}`]);
    const kept = join(own.path, ".openclaw", `workspace-dev.${STAMP}`, "notes.md");
    expect(await readFile(kept, "utf8")).toBe("mine");
  });

  test("with --dev in the default profile moves its one folder, and a configuration that lies elsewhere", async () => {
    await using own = await site({ OPENCLAW_CONFIG_PATH: "~/a.json" });
    expect(await resetDevelopment(own.paths, true, NOW)).toMatchObject({ ok: true });
    expect(await own.list()).toEqual([`.openclaw.${STAMP}`, `a.json.${STAMP}`]);
  });

  test("has nothing to say where nothing is", async () => {
    await using own = await site({ OPENCLAW_PROFILE: "dev" });
    await resetDevelopment(own.paths, false, NOW);
    expect(await resetDevelopment(own.paths, false, NOW)).toEqual({ ok: true, lines: [] });
  });

  test("is refused without --dev", async () => {
    await using own = await site();
    expect(await resetDevelopment(own.paths, false, NOW)).toMatchObject({
      ok: false,
      failure: { exitCode: 1, lines: ["Use --reset with --dev."] },
    });
    expect(await own.list()).toEqual([".openclaw"]);
  });

  test("is refused while a gateway runs with that state", async () => {
    await using own = await site({ OPENCLAW_PROFILE: "dev" });
    const gateway = createGateway({ paths: own.paths, port: 0 });
    await gateway.start();
    expect(await resetDevelopment(own.paths, false, NOW)).toMatchObject({
      ok: false,
      failure: {
        exitCode: 1,
        lines: [expect.stringMatching(/^Gateway reset refused: gateway already running/)],
      },
    });
    await gateway.close();
    expect(await own.list()).not.toContainEqual(expect.stringContaining("reset"));
  });
});
