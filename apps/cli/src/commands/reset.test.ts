import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { changedFiles, filesBelow } from "../testing/doctor.ts";

// Whether a gateway runs is seen with its code, which is read from the sources here.
vi.setConfig({ testTimeout: 60_000 });

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const STAMP = "reset-20260102T030405Z";
const AT_NOW = { now: () => NOW };

/** A home as a default gateway leaves it, with files of others in the same folder. */
async function site(config: unknown = { gateway: { mode: "local" } }) {
  const home = await createTestHome();
  await home.configure(config);
  const state = join(home.home, ".openclaw");
  const write = async (path: string, text = path) => {
    await mkdir(join(home.home, path, ".."), { recursive: true });
    await writeFile(join(home.home, path), text);
  };
  for (const own of ["openclaw.json.bak", ".env", "gateway.sqlite", "identity/device.json", "logs/x.jsonl"])
    await write(`.openclaw/${own}`);
  for (const other of ["a.json", "workspace/notes.md", "workspace-rescue/notes.md"])
    await write(`.openclaw/${other}`);
  const reset = (words: readonly string[], facts = {}) =>
    home.openclaw(["reset", ...words], { ...AT_NOW, ...facts });
  const names = async () => [...(await filesBelow(home.home)).keys()].filter((name) => name.includes("."));
  return { ...home, state, write, reset, names, files: () => filesBelow(home.home) };
}

const OWN = [
  ".env",
  "gateway.sqlite",
  "identity/device.json",
  "logs/x.jsonl",
  "openclaw.json",
  "openclaw.json.bak",
];

describe("reset", () => {
  test("of the configuration moves that one file aside and says what comes next", async () => {
    await using own = await site();
    const text = await readFile(join(own.state, "openclaw.json"), "utf8");
    const before = await own.files();
    expect(await own.reset(["--scope", "config", "--yes"])).toEqual({
      code: 0,
      stdout: [
        `Moved ~/.openclaw/openclaw.json to ~/.openclaw/openclaw.json.${STAMP}`,
        "Next: openclaw onboard\n",
      ].join("\n"),
      stderr: "",
    });
    expect(await readFile(join(own.state, `openclaw.json.${STAMP}`), "utf8")).toBe(text);
    expect(changedFiles(before, await own.files())).toEqual([
      ".openclaw/openclaw.json",
      `.openclaw/openclaw.json.${STAMP}`,
    ]);
  });

  test("of credentials and sessions moves all that is ours into one folder, workspaces and files of others stay", async () => {
    await using own = await site();
    const { code } = await own.reset(["--scope", "config+creds+sessions", "--yes", "--non-interactive"]);
    expect(code).toBe(0);
    const names = (await own.names()).filter((name) => /\.[a-z.]+$/.test(name)).sort();
    const files = names.filter((name) => !name.endsWith(STAMP));
    expect(files).toEqual(
      expect.arrayContaining([
        ".openclaw/a.json",
        ".openclaw/workspace-rescue/notes.md",
        ".openclaw/workspace/notes.md",
        ...OWN.map((name) => `.openclaw.${STAMP}/${name}`),
      ]),
    );
    expect(files.filter((name) => name.startsWith(".openclaw/"))).toHaveLength(3);
  });

  test("of everything takes the workspaces of every agent, and leaves one that holds the home folder", async () => {
    await using own = await site({
      agents: { list: [{ id: "main" }, { id: "ops", workspace: "~/ops" }, { id: "all", workspace: "~" }] },
    });
    await own.write("ops/notes.md");
    const { stdout } = await own.reset(["--scope", "full", "--yes", "--json"]);
    const { moved, left } = JSON.parse(stdout) as {
      moved: { path: string; to: string }[];
      left: { path: string; reason: string }[];
    };
    expect(moved).toContainEqual({ path: join(own.home, "ops"), to: join(own.home, `ops.${STAMP}`) });
    expect(moved).toContainEqual({
      path: join(own.state, "workspace"),
      to: join(own.home, `.openclaw.${STAMP}`, "workspace"),
    });
    expect(left).toEqual([{ path: own.home, reason: expect.stringContaining("holds more") }]);
    expect(await readFile(join(own.home, `ops.${STAMP}/notes.md`), "utf8")).toBe("ops/notes.md");
    expect(await own.names()).toContain(".openclaw/workspace-rescue/notes.md");
  });

  test("removes the folder of a profile when nothing is left in it, and finds nothing the second time", async () => {
    await using own = await site();
    await own.write(".openclaw-work/gateway.sqlite");
    const again = () =>
      own.openclaw(["--profile", "work", "reset", "--scope", "full", "--yes", "--json"], AT_NOW);
    expect(JSON.parse((await again()).stdout)).toMatchObject({
      scope: "full",
      moved: [{ path: join(own.home, ".openclaw-work/gateway.sqlite") }],
      next: ["openclaw --profile work onboard"],
    });
    expect((await own.files()).has(".openclaw-work")).toBe(false);
    const before = await own.files();
    expect(JSON.parse((await again()).stdout)).toEqual({
      ok: true,
      scope: "full",
      moved: [],
      left: [],
      next: [],
    });
    expect(changedFiles(before, await own.files())).toEqual([]);
  });

  test("of a configuration that lies elsewhere takes its backups and refused texts along, and no file of another name", async () => {
    await using own = await site();
    for (const name of ["a.json", "a.json.bak", "a.json.bak.1", "a.json.rejected.7", "a.json5", "b.json"])
      await own.write(name);
    const env = { OPENCLAW_CONFIG_PATH: join(own.home, "a.json"), OPENCLAW_STATE_DIR: join(own.home, "a") };
    const { stdout } = await own.reset(["--scope", "config+creds+sessions", "--yes", "--json"], { env });
    const { moved } = JSON.parse(stdout) as { moved: { path: string; to: string }[] };
    expect(moved).toEqual(
      ["a.json", "a.json.bak", "a.json.bak.1", "a.json.rejected.7"].map((name) => ({
        path: join(own.home, name),
        to: join(own.home, `${name}.${STAMP}`),
      })),
    );
  });

  test("with --delete deletes, and only then", async () => {
    await using own = await site();
    const { stdout } = await own.reset(["--scope", "full", "--yes", "--delete"]);
    expect(stdout).toContain("Deleted ~/.openclaw/gateway.sqlite\n");
    expect((await own.names()).filter((name) => /\.(json|md|sqlite|env)$/.test(name)).sort()).toEqual([
      ".openclaw/a.json",
      ".openclaw/workspace-rescue/notes.md",
    ]);
  });

  test("with --delete takes a link away and not what it leads to", async () => {
    await using own = await site();
    await own.write("elsewhere/keep.md");
    await symlink(join(own.home, "elsewhere"), join(own.state, "credentials"));
    await own.reset(["--scope", "full", "--yes", "--delete"]);
    expect(await readFile(join(own.home, "elsewhere/keep.md"), "utf8")).toBe("elsewhere/keep.md");
  });

  test.each([
    [["--scope", "full", "--dry-run"], 0, /Would move ~\/\.openclaw\/gateway\.sqlite to /],
    [["--scope", "full", "--dry-run", "--delete"], 0, /Would delete ~\/\.openclaw\/gateway\.sqlite\n/],
    [["--scope", "full"], 1, /add --yes\nNext: .*--dry-run/],
    [["--scope", "full", "--non-interactive"], 1, /add --yes/],
    [["--scope", "full", "--json"], 1, /add --yes/],
    [
      ["--scope", "all", "--yes"],
      1,
      /^Invalid --scope \(use "config", "config\+creds\+sessions", "full"\)\n/,
    ],
    [["--yes"], 1, /Add --scope with one of config, config\+creds\+sessions, full/],
  ])("%j touches nothing", async (words, code, text) => {
    await using own = await site();
    const before = await own.files();
    const result = await own.reset(words);
    expect(result.code).toBe(code);
    expect(result.stdout + result.stderr).toMatch(text);
    expect(changedFiles(before, await own.files())).toEqual([]);
  });

  test("on a terminal asks what is to go, shows it, and takes only yes for yes", async () => {
    await using own = await site();
    const before = await own.files();
    const no = await own.reset([], { stdinIsTerminal: true, answers: ["", ""] });
    expect(no).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Would move .*\nNothing was changed\.\n$/),
    });
    expect(changedFiles(before, await own.files())).toEqual([]);
    const yes = await own.reset([], { stdinIsTerminal: true, answers: ["full", "y"] });
    expect(yes.stdout).toContain("Moved ~/.openclaw/workspace to ");
  });

  test("works on a configuration that cannot be read", async () => {
    await using own = await site("{ broken");
    expect(await own.reset(["--scope", "config", "--yes"])).toMatchObject({ code: 0, stderr: "" });
    expect(await own.names()).toContain(`.openclaw/openclaw.json.${STAMP}`);
  });
});
