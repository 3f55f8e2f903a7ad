import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Env } from "../environment.ts";
import { readHistory } from "../history/history.ts";
import { loadConfig } from "../load-config.ts";
import { hashText } from "../source/hash-text.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { migrateConfig } from "./migrate-config.ts";

const OLD = `// Household
{
  gateway: {
    mode: "local", // never remove
    token: '\${HOUSE_TOKEN}', // shown once
  },
  /* who we are */
  identity: { name: "Alba" },
  bindings: [
    // the garage
    { agentId: "main", match: { provider: "irc" } },
  ],
}
`;
const ENV = { HOUSE_TOKEN: "of-the-environment" };

async function installation(files: Readonly<Record<string, string>>) {
  const dir = await temporaryDir();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
  const { paths } = dir;
  const load = (env: Env = ENV) => loadConfig({ paths, env });
  const migrate = async (env: Env = ENV) =>
    migrateConfig({ loaded: await load(env), paths, env, writer: { pid: 7 } });
  const read = () => readFile(paths.configPath, "utf8");
  return { ...dir, load, migrate, read };
}

describe("a file with keys of older releases", () => {
  test("is invalid before the schema has a word, each key named with its line and what to use instead", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    const loaded = await dir.load();
    expect(loaded).toMatchObject({ valid: false, config: {} });
    expect(loaded.legacyIssues).toEqual(loaded.issues);
    expect(loaded.issues).toEqual([
      {
        path: "identity",
        message: "identity was moved; use agents.list[].identity instead (auto-migrated on load).",
        line: 8,
      },
      {
        path: "gateway.token",
        message: "gateway.token was moved; use gateway.auth.token instead (auto-migrated on load).",
        line: 5,
      },
      {
        path: "bindings.0.match.provider",
        message:
          "bindings.0.match.provider was moved; use bindings.0.match.channel instead (auto-migrated on load).",
        line: 11,
      },
    ]);
  });

  test("T-CFG-07 says the same with the keys of today: comments, order and variables are kept", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    expect(await dir.migrate()).toMatchObject({
      ok: true,
      logLines: [
        "gateway: migrated legacy config entries:",
        "- Moved identity to agents.list.0.identity.",
        "- Moved gateway.token to gateway.auth.token.",
        "- Moved bindings.0.match.provider to bindings.0.match.channel.",
        expect.stringContaining("Config overwrite: "),
      ],
    });
    expect(await dir.read()).toBe(`// Household
{
  gateway: {
    mode: "local", // never remove
    // shown once
    auth: {
      token: "\${HOUSE_TOKEN}",
      mode: "token"
    },
  },
  /* who we are */
  bindings: [
    // the garage
    { agentId: "main", match: { channel: "irc" } },
  ],
  agents: {
    list: [
      {
        id: "main",
        identity: {
          name: "Alba"
        }
      }
    ]
  },
}
`);
    const { valid, config } = await dir.load();
    expect(valid).toBe(true);
    expect(config).toMatchObject({ gateway: { auth: { mode: "token", token: "of-the-environment" } } });
  });

  test("is kept as a backup, for its owner only, and stands in the journal as a migration", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    await dir.migrate();
    const backup = `${dir.paths.configPath}.bak`;
    expect(await readFile(backup, "utf8")).toBe(OLD);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    const [newest, before] = await readHistory({ paths: dir.paths, loaded: await dir.load() });
    expect(newest).toMatchObject({ source: "migration", hash: hashText(await dir.read()) });
    expect(newest?.paths).toContain("gateway.auth");
    expect(before).toMatchObject({ source: "file", hash: hashText(OLD) });
    expect(await readFile(dir.paths.auditPath, "utf8")).not.toContain("of-the-environment");
  });

  test("is migrated once: the second time there is nothing to do", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    await dir.migrate();
    const text = await dir.read();
    expect((await dir.load()).legacyIssues).toEqual([]);
    await dir.migrate();
    expect(await dir.read()).toBe(text);
  });
});

describe("a migration that must not be", () => {
  const signature =
    'Legacy config entries detected but auto-migration failed. Run "openclaw doctor" to migrate.';

  test.each<[string, Readonly<Record<string, string>>, Env, readonly string[]]>([
    [
      "because the result would not be valid",
      { "openclaw.json": '{ gateway: { token: "t", prot: 1 } }' },
      {},
      ["Problem: the result would not be valid", '- gateway: Unrecognized key: "prot"'],
    ],
    [
      "because nobody but the operator can decide",
      { "openclaw.json": "{ gateway: { mode: 'local', token: 't' }, bridge: { enabled: true } }" },
      {},
      ["Problem: the result would not be valid", "- bridge: bridge was removed; delete it."],
    ],
    [
      "because there are several files",
      { "openclaw.json": '{ gateway: { $include: "g.json" } }', "g.json": '{ token: "t" }' },
      {},
      [
        "Problem: the configuration has $include",
        "- gateway.token: gateway.token was moved; use gateway.auth.token instead (auto-migrated on load). (line 1)",
      ],
    ],
    [
      "because a newer version wrote the file",
      { "openclaw.json": '{ meta: { lastTouchedVersion: "2099.1.0" }, bridge: {} }' },
      {},
      [
        "Problem: the file was last written by a newer OpenClaw (2099.1.0)",
        "- bridge: bridge was removed; delete it. (line 1)",
      ],
    ],
    [
      "because the file is managed from outside",
      { "openclaw.json": '{ gateway: { token: "t" } }' },
      { OPENCLAW_NIX_MODE: "1" },
      [
        "Problem: the file is managed from outside (OPENCLAW_NIX_MODE)",
        "- gateway.token: gateway.token was moved; use gateway.auth.token instead (auto-migrated on load). (line 1)",
      ],
    ],
  ])("writes nothing %s", async (_why, files, env, hints) => {
    await using dir = await installation(files);
    const before = await readdir(dir.path);
    const migration = await dir.migrate(env);
    expect(migration).toMatchObject({ ok: false, failure: { code: "legacy-config", exitCode: 78 } });
    const lines = migration.ok ? [] : migration.failure.lines;
    expect(lines).toEqual([signature, `File: ${dir.paths.configPath}`, ...hints]);
    expect(await dir.read()).toBe(files["openclaw.json"]);
    expect(await readdir(dir.path)).toEqual(before);
  });

  test("writes nothing into a file that is read-only", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    await chmod(dir.paths.configPath, 0o444);
    const migration = await dir.migrate();
    expect(migration.ok ? [] : migration.failure.lines).toContain(
      `Problem: Cannot write ${dir.paths.configPath}: the file is read-only`,
    );
    expect(await dir.read()).toBe(OLD);
  });

  test("writes nothing over an edit that was made meanwhile", async () => {
    await using dir = await installation({ "openclaw.json": OLD });
    const loaded = await dir.load();
    const edited = OLD.replace("Alba", "Berta");
    await writeFile(dir.paths.configPath, edited);
    const migration = await migrateConfig({ loaded, paths: dir.paths, env: ENV, writer: { pid: 7 } });
    expect(migration).toMatchObject({ ok: false });
    expect(await dir.read()).toBe(edited);
  });

  test("T-CFG-01 refuses an old section with a key that would reach a prototype", async () => {
    const text = '{ telegram: { "__proto__": { polluted: 1 } } }';
    await using dir = await installation({ "openclaw.json": text });
    const loaded = await dir.load();
    expect(loaded.issues).toEqual([
      expect.objectContaining({ message: expect.stringContaining("__proto__") as string, line: 1 }),
    ]);
    expect(loaded.legacyIssues).toEqual([]);
    expect(Object.getOwnPropertyDescriptor(Object.prototype, "polluted")).toBeUndefined();
  });
});
