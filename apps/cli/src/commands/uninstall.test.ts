import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type FakeAnswer, fakeTools } from "@openclaw/service/testing";
import { describe, expect, test, vi } from "vitest";

import { createTestHome, type ProcessFacts } from "../testing/command-line.ts";
import { changedFiles, filesBelow } from "../testing/doctor.ts";

// Whether a gateway runs is seen with its code, which is read from the sources here.
vi.setConfig({ testTimeout: 60_000 });

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const STAMP = "uninstalled-20260102T030405Z";
const UNIT = "openclaw-gateway.service";
const GONE: Readonly<Record<string, FakeAnswer>> = {
  "is-enabled": { stdout: "disabled\n", code: 1 },
  show: {
    stdout: "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4242\nUnitFileState=enabled\n",
  },
};

/** A home with an installed service, whose systemd does as it is told. */
async function site(systemctl: Readonly<Record<string, FakeAnswer>> = GONE) {
  const home = await createTestHome();
  const tools = await fakeTools();
  await tools.add("systemctl", systemctl);
  await home.configure({ gateway: { mode: "local" } });
  const write = async (path: string) => {
    await mkdir(join(home.home, path, ".."), { recursive: true });
    await writeFile(join(home.home, path), path);
  };
  const unitPath = join(home.home, ".config/systemd/user", UNIT);
  await write(`.config/systemd/user/${UNIT}`);
  await writeFile(unitPath, "[Service]\nExecStart=/usr/bin/node /opt/openclaw gateway --port 18789\n");
  await write(".openclaw/gateway.sqlite");
  await write(".openclaw/workspace/notes.md");
  const uninstall = (words: readonly string[], facts: ProcessFacts = {}) =>
    home.openclaw(["uninstall", ...words], { tools: tools.folder, now: () => NOW, ...facts });
  return {
    ...home,
    tools,
    unitPath,
    uninstall,
    files: () => filesBelow(home.home),
    [Symbol.asyncDispose]: async () => {
      await tools[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

describe("uninstall", () => {
  test("of everything ends the service first, then moves state and workspace aside", async () => {
    await using own = await site();
    const { code, stdout } = await own.uninstall(["--all", "--yes", "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      ok: true,
      scope: ["service", "state", "workspace", "app"],
      service: true,
      steps: [
        { text: `Stopped systemd service: ${UNIT}` },
        { text: `Removed systemd service: ${own.unitPath}`, undo: expect.stringContaining("enable --now") },
      ],
      moved: ["openclaw.json", "gateway.sqlite", "workspace"].map((name) => ({
        path: join(own.home, ".openclaw", name),
        to: join(own.home, `.openclaw.${STAMP}`, name),
      })),
      left: [],
      next: ["remove the command with the program that installed it"],
    });
    const files = await own.files();
    expect([...files.keys()].filter((name) => /^\.openclaw(\/|$)/.test(name))).toEqual([]);
    expect(files.has(`.openclaw.${STAMP}/workspace/notes.md`)).toBe(true);
    expect(files.has(`.config/systemd/user/${UNIT}`)).toBe(false);
  });

  test("of the service leaves files alone", async () => {
    await using own = await site();
    const before = await own.files();
    const { code, stdout } = await own.uninstall(["--service", "--yes"]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Stopped systemd service: .*\nRemoved systemd service: .*\n {2}Undo: mv /,
      ),
    });
    const unit = `.config/systemd/user/${UNIT}`;
    expect(changedFiles(before, await own.files())).toEqual([unit, `${unit}.bak`]);
  });

  test("of the state says that a service would start it again", async () => {
    await using own = await site();
    const { stdout } = await own.uninstall(["--state", "--yes"]);
    expect(stdout).toContain(`Moved ~/.openclaw/gateway.sqlite to ~/.openclaw.${STAMP}/gateway.sqlite\n`);
    expect(stdout).toContain("Next: openclaw gateway uninstall\n");
    expect(await own.tools.calls()).not.toContainEqual(expect.stringContaining("disable"));
  });

  test("moves nothing when the service does not end, and says what systemd said", async () => {
    await using own = await site({ ...GONE, status: { stderr: "Failed to connect to bus\n", code: 1 } });
    const before = await own.files();
    const { code, stderr } = await own.uninstall(["--all", "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Gateway uninstall failed: .*Failed to connect to bus/);
    expect(changedFiles(before, await own.files())).toEqual([]);
  });

  test.each([
    [["--all", "--dry-run"], 0, /^Would stop and remove the service openclaw-gateway\.service\nWould move /],
    [["--all"], 1, /add --yes/],
    [["--yes"], 1, /Add --service, --state, --workspace or --all/],
    [["--app", "--yes"], 0, /^There is nothing to uninstall\./],
  ])("%j touches nothing", async (words, code, text) => {
    await using own = await site();
    const before = await own.files();
    const result = await own.uninstall(words);
    expect(result.code).toBe(code);
    expect(result.stdout + result.stderr).toMatch(text);
    expect(changedFiles(before, await own.files())).toEqual([]);
  });

  test("on a terminal asks for each part, shows what would go, and then whether to go on", async () => {
    await using own = await site();
    const before = await own.files();
    const facts = { stdinIsTerminal: true };
    const { stdout } = await own.uninstall([], { ...facts, answers: ["n", "n", "y", "n"] });
    expect(stdout).toMatch(/^Would move ~\/\.openclaw\/workspace to .*\nNothing was changed\.\n$/);
    expect(changedFiles(before, await own.files())).toEqual([]);
    await own.uninstall([], { ...facts, answers: ["n", "n", "y", "y"] });
    expect((await own.files()).has(`.openclaw/workspace.${STAMP}/notes.md`)).toBe(true);
  });
});
