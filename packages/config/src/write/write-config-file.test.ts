import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { hashText } from "../source/hash-text.ts";
import { fileSystem } from "./file-system.ts";
import { writeConfigFile, type WriteConfigOptions } from "./write-config-file.ts";

const writer = { pid: 7, argv: ["openclaw", "gateway", "--token", "hunter2"] };
const now = () => Date.UTC(2026, 10, 22);

async function instance() {
  const dir = await temporaryDir();
  const config = dir.paths.configPath;
  const write = (text: string, more: Partial<WriteConfigOptions> = {}) =>
    writeConfigFile({ paths: dir.paths, text, writer, now, ...more });
  const audit = async () =>
    (await readFile(dir.paths.auditPath, "utf8"))
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  return { ...dir, config, write, audit };
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe("writeConfigFile", () => {
  test("creates the file, closed to others, and notes who did", async () => {
    await using dir = await instance();
    const result = await dir.write("{ a: 1 }\n");
    expect(await readFile(dir.config, "utf8")).toBe("{ a: 1 }\n");
    expect(await modeOf(dir.config)).toBe("600");
    expect(result).toMatchObject({
      path: dir.config,
      hash: hashText("{ a: 1 }\n"),
      previousHash: hashText(""),
    });
    expect(result.backupPath).toBeUndefined();
    expect(await dir.audit()).toEqual([
      {
        ts: "2026-11-22T00:00:00.000Z",
        source: "config-io",
        event: "config.write",
        configPath: dir.config,
        existsBefore: false,
        previousHash: hashText(""),
        nextHash: hashText("{ a: 1 }\n"),
        previousBytes: 0,
        nextBytes: 9,
        result: "rename",
        pid: 7,
        argv: ["openclaw", "gateway", "--token", "***"],
      },
    ]);
  });

  test("T-CFG-08 keeps file, backups, audit and new folders to the owner, whatever was there before", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old", { mode: 0o644 });
    await chmod(dir.config, 0o644);
    await dir.write("new");
    const folder = join(dir.path, "logs");
    const modes = await Promise.all(
      [dir.config, `${dir.config}.bak`, dir.paths.auditPath, folder].map(modeOf),
    );
    expect(modes).toEqual(["600", "600", "600", "700"]);
  });

  test("keeps the five texts before, newest first", async () => {
    await using dir = await instance();
    for (let version = 0; version <= 7; version += 1) await dir.write(`v${version}`);
    const backups = [".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"];
    const texts = await Promise.all(["", ...backups].map((suffix) => readFile(dir.config + suffix, "utf8")));
    expect(texts).toEqual(["v7", "v6", "v5", "v4", "v3", "v2"]);
    expect((await readdir(dir.path)).sort()).toEqual([
      "config-history",
      "logs",
      "openclaw.json",
      ...backups.map((suffix) => `openclaw.json${suffix}`),
    ]);
  });

  test("says in one line for the log what became of the file", async () => {
    await using dir = await instance();
    await dir.write("a");
    expect((await dir.write("b")).logLines).toEqual([
      `Config overwrite: ${dir.config} (sha256 ${hashText("a")} -> ${hashText("b")}, backup=${dir.config}.bak)`,
    ]);
  });

  test("does nothing for the same text", async () => {
    await using dir = await instance();
    await dir.write("a");
    expect((await dir.write("a")).logLines).toEqual([]);
    expect(await readdir(dir.path)).toEqual(["config-history", "logs", "openclaw.json"]);
  });

  test("replaces the target of a symbolic link and keeps the link", async () => {
    await using dir = await instance();
    const target = join(dir.path, "managed", "real.json");
    await mkdir(join(dir.path, "managed"));
    await writeFile(target, "old");
    await symlink("managed/real.json", dir.config);
    expect(await dir.write("new")).toMatchObject({ path: target, backupPath: `${target}.bak` });
    expect(await readFile(target, "utf8")).toBe("new");
    expect(await readFile(dir.config, "utf8")).toBe("new");
  });

  test("creates the target of a link that leads nowhere yet", async () => {
    await using dir = await instance();
    await symlink("later.json", dir.config);
    expect((await dir.write("new")).path).toBe(join(dir.path, "later.json"));
  });

  test("T-CFG-05 refuses when the file is not the one that was read", async () => {
    await using dir = await instance();
    await dir.write("theirs");
    await expect(dir.write("mine", { baseHash: hashText("older") })).rejects.toMatchObject({
      code: "conflict",
      message: "config changed since last load; re-run config.get and retry",
    });
    expect(await readFile(dir.config, "utf8")).toBe("theirs");
  });

  test("T-CFG-05 looks again right before it replaces the file", async () => {
    await using dir = await instance();
    await dir.write("theirs");
    const fs = {
      ...fileSystem,
      // An editor, which knows no locks, saves while our new text goes to disk.
      open: async (...given: Parameters<typeof fileSystem.open>) => {
        if (String(given[0]).endsWith(".tmp")) await writeFile(dir.config, "newer");
        return fileSystem.open(...given);
      },
    };
    await expect(dir.write("mine", { baseHash: hashText("theirs"), fs })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await readFile(dir.config, "utf8")).toBe("newer");
  });

  test("leaves file and folder as they were when the rename fails, and notes the failure", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    const fs = { ...fileSystem, rename: failing("ENOSPC") };
    await expect(dir.write("new", { fs })).rejects.toMatchObject({ name: "ConfigError", code: "io" });
    expect(await readFile(dir.config, "utf8")).toBe("old");
    expect((await readdir(dir.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(await dir.audit()).toMatchObject([
      { result: "failed", errorCode: "ENOSPC", errorMessage: "ENOSPC" },
    ]);
  });

  test.each(["EPERM", "EEXIST", "EBUSY"])(
    "fills the file in place where %s forbids moving over it",
    async (code) => {
      await using dir = await instance();
      await writeFile(dir.config, "a longer old text", { mode: 0o644 });
      const rename = (from: string, to: string) =>
        to === dir.config ? failing(code)() : fileSystem.rename(from, to);
      const fs = { ...fileSystem, rename } as typeof fileSystem;
      await dir.write("new", { fs });
      expect(await readFile(dir.config, "utf8")).toBe("new");
      expect(await modeOf(dir.config)).toBe("600");
      expect(await dir.audit()).toMatchObject([{ result: "copy-fallback" }]);
    },
  );

  test("waits for a writer that is at work, and clears a lock that a crash left behind", async () => {
    await using dir = await instance();
    const lock = `${dir.config}.lock`;
    await writeFile(lock, "");
    const waiting = dir.write("mine");
    const waited = new Promise((resolve) => setTimeout(resolve, 60, "waiting"));
    expect(await Promise.race([waiting, waited])).toBe("waiting");
    await rm(lock);
    expect((await waiting).hash).toBe(hashText("mine"));

    await writeFile(lock, "");
    await utimes(lock, 0, 0);
    await dir.write("next");
    expect(await readdir(dir.path)).not.toContain("openclaw.json.lock");
  });

  test("counts a write as done when only its note fails", async () => {
    await using dir = await instance();
    await writeFile(join(dir.path, "logs"), "a file where the folder should be");
    const { logLines } = await dir.write("new");
    expect(logLines[1]).toMatch(/^Config write audit failed: /);
    expect(await readFile(dir.config, "utf8")).toBe("new");
  });
});
