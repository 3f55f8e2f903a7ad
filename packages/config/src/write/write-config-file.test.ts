import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  lutimes,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { hashText } from "../source/hash-text.ts";
import { fileSystem } from "./file-system.ts";
import { processIdentity } from "./process-identity.ts";
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

  test("T-CFG-08 keeps backups, audit and new folders to the owner, whatever the file's mode is", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old", { mode: 0o644 });
    await chmod(dir.config, 0o644);
    await dir.write("new");
    const folder = join(dir.path, "logs");
    const modes = await Promise.all([`${dir.config}.bak`, dir.paths.auditPath, folder].map(modeOf));
    expect(modes).toEqual(["600", "600", "700"]);
  });

  test("leaves the file the mode its owner gave it", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    await chmod(dir.config, 0o640);
    await dir.write("new");
    expect(await readFile(dir.config, "utf8")).toBe("new");
    expect(await modeOf(dir.config)).toBe("640");
  });

  test.skipIf(process.getuid?.() !== 0)("leaves the file to the user and group it belongs to", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    await chown(dir.config, 1234, 2345);
    await dir.write("new");
    expect(await readFile(dir.config, "utf8")).toBe("new");
    expect(await stat(dir.config)).toMatchObject({ uid: 1234, gid: 2345 });
  });

  test("gives no rights to another group than the file's", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    await chmod(dir.config, 0o660);
    const found = await stat(dir.config);
    const fs = {
      ...fileSystem,
      // The file is of a user and a group that this process may not give files to.
      stat: () => Promise.resolve(Object.assign(found, { uid: found.uid + 1, gid: found.gid + 1 })),
      open: async (...given: Parameters<typeof fileSystem.open>) => {
        const handle = await fileSystem.open(...given);
        return Object.assign(handle, { chown: failing("EPERM") });
      },
    } as unknown as typeof fileSystem;
    await dir.write("new", { fs });
    expect(await readFile(dir.config, "utf8")).toBe("new");
    expect(await modeOf(dir.config)).toBe("600");
  });

  test("does not write a file that nobody may write", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    await chmod(dir.config, 0o444);
    await expect(dir.write("new")).rejects.toMatchObject({
      code: "io",
      message: `Cannot write ${dir.config}: the file is read-only`,
    });
    expect(await readFile(dir.config, "utf8")).toBe("old");
    expect(await readdir(dir.path)).toEqual(["openclaw.json"]);
  });

  test("keeps the bytes of a file that is no text", async () => {
    await using dir = await instance();
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    await writeFile(dir.config, bytes);
    await dir.write("new");
    expect(await readFile(`${dir.config}.bak`)).toEqual(bytes);
  });

  test("clears away what a write left that a crash ended, and nothing that may still be written", async () => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    const leftover = `${dir.config}.7.3f0c2f0a-1111-4222-8333-944455556666.tmp`;
    const recent = `${dir.config}.8.3f0c2f0a-1111-4222-8333-944455556666.tmp`;
    const foreign = join(dir.path, "notes.tmp");
    for (const path of [leftover, recent, foreign]) await writeFile(path, "secret");
    for (const path of [leftover, foreign]) await utimes(path, 0, 0);
    await dir.write("new");
    const names = (await readdir(dir.path)).filter((name) => name.endsWith(".tmp"));
    expect(names.sort()).toEqual(["notes.tmp", basename(recent)]);
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

  test.each([
    ["half of a long text is gone", 600, 299, true],
    ["half of a long text is still there", 600, 300, false],
    ["the text was short", 511, 1, false],
  ])("tells when a wanted write looks like an accident: %s", async (_, before, after, isTold) => {
    await using dir = await instance();
    await dir.write("a".repeat(before));
    const { logLines } = await dir.write("b".repeat(after));
    const anomaly = `Config write anomaly: ${dir.config} (size-drop:${before}->${after})`;
    expect(logLines.slice(1)).toEqual(isTold ? [anomaly] : []);
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
      expect(await modeOf(dir.config)).toBe("644");
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

  test("waits for nobody who is dead, and for everybody who is not, however long it takes", async () => {
    await using dir = await instance();
    const lock = `${dir.config}.lock`;
    const living = await processIdentity(process.pid);
    const held = (holder: object) => writeFile(lock, JSON.stringify({ instanceId: "x", ...holder }));
    // The same number, another process: the first one is gone.
    await held({ ...living, startTime: "1" });
    await dir.write("a");
    expect(await readdir(dir.path)).not.toContain("openclaw.json.lock");

    await held(living);
    await utimes(lock, 0, 0);
    const waiting = dir.write("b");
    const waited = new Promise((resolve) => setTimeout(resolve, 100, "waiting"));
    expect(await Promise.race([waiting, waited])).toBe("waiting");
    await rm(lock);
    await waiting;
  });

  test.each<[string, (lock: string) => unknown]>([
    ["a link that leads nowhere", (lock) => symlink("nowhere", lock)],
    ["a link to another file", (lock) => symlink("openclaw.json", lock)],
    ["a pipe that nobody writes to", (lock) => void execFileSync("mkfifo", [lock])],
    ["a file without end", (lock) => symlink("/dev/zero", lock)],
  ])("T-CFG-16 takes %s for no lock", async (_, make) => {
    await using dir = await instance();
    await writeFile(dir.config, "old");
    const lock = `${dir.config}.lock`;
    await make(lock);
    await lutimes(lock, 1, 1);
    await dir.write("new");
    expect(await readFile(dir.config, "utf8")).toBe("new");
    expect(await readdir(dir.path)).not.toContain("openclaw.json.lock");
  });

  test("does not take away the lock of whoever took over", async () => {
    await using dir = await instance();
    const lock = `${dir.config}.lock`;
    const other = JSON.stringify({ ...(await processIdentity(process.pid)), instanceId: "other" });
    const rename = async (from: string, to: string) => {
      await writeFile(lock, other);
      await fileSystem.rename(from, to);
    };
    await dir.write("new", { fs: { ...fileSystem, rename } as typeof fileSystem });
    expect(await readFile(lock, "utf8")).toBe(other);
  });

  test("looks at the file once more after everything that takes time", async () => {
    await using dir = await instance();
    await dir.write("theirs");
    const fs = {
      ...fileSystem,
      // The editor saves while the backup goes to disk.
      open: async (...given: Parameters<typeof fileSystem.open>) => {
        if (String(given[0]).includes(".bak.")) await writeFile(dir.config, "newer");
        return fileSystem.open(...given);
      },
    };
    await expect(dir.write("mine", { baseHash: hashText("theirs"), fs })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await readFile(dir.config, "utf8")).toBe("newer");
    expect((await readdir(dir.path)).sort()).toEqual(["config-history", "logs", "openclaw.json"]);
  });

  test("counts a write as done when only its note fails", async () => {
    await using dir = await instance();
    await writeFile(join(dir.path, "logs"), "a file where the folder should be");
    const { logLines } = await dir.write("new");
    expect(logLines[1]).toMatch(/^Config write audit failed: /);
    expect(await readFile(dir.config, "utf8")).toBe("new");
  });
});
