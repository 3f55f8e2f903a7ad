import { appendFile, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../load-config.ts";
import { hashText } from "../source/hash-text.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { fileSystem } from "../write/file-system.ts";
import { writeConfigFile } from "../write/write-config-file.ts";
import { historyText, readHistory } from "./history.ts";
import { keepTexts } from "./texts.ts";

const [A, B, C, D] = ["{ ui: {} }\n", "{ ui: { seamColor: '#111111' } }\n", "// c\n{}\n", "// d\n{}\n"];

async function instance() {
  const dir = await temporaryDir();
  const { paths } = dir;
  let clock = Date.UTC(2027, 0, 1);
  const write = (text: string, more: { actor?: string; argv?: readonly string[] } = {}) =>
    writeConfigFile({
      paths,
      text,
      writer: { pid: 1, ...more },
      changedPaths: ["ui"],
      now: () => (clock += 1000),
    });
  const history = async () => readHistory({ paths, loaded: await loadConfig({ paths, env: {} }) });
  return { ...dir, write, history };
}

describe("readHistory", () => {
  test("is empty without file and without writes", async () => {
    await using dir = await instance();
    expect(await dir.history()).toEqual([]);
  });

  test("tells writes and what was typed in between, newest first, each with its text", async () => {
    await using dir = await instance();
    await dir.write(A, { argv: ["config", "set", "ui"] });
    await writeFile(dir.paths.configPath, B);
    await dir.write(C, { actor: "config.patch device:d1" });
    await writeFile(dir.paths.configPath, D);
    const entries = await dir.history();
    expect(entries.map(({ source, actor, hash, paths }) => [source, actor, hash, paths])).toEqual([
      ["file", null, hashText(D), []],
      ["rpc", "config.patch device:d1", hashText(C), ["ui"]],
      ["file", null, hashText(B), []],
      ["cli", "config set ui", hashText(A), ["ui"]],
    ]);
    const texts = await Promise.all(entries.map((entry) => historyText(entry, { paths: dir.paths })));
    // Nobody has kept the last one yet: it stands in the file.
    expect(texts).toEqual([undefined, C, B, A]);
    expect(entries.map(({ backup }) => backup !== undefined)).toEqual([false, true, true, true]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(4);
  });

  test("has what stands in the file first, even when the file brought an old time along", async () => {
    await using dir = await instance();
    await dir.write(A);
    await writeFile(dir.paths.configPath, B);
    await utimes(dir.paths.configPath, 1, 1);
    expect((await dir.history()).map(({ hash }) => hash)).toEqual([hashText(B), hashText(A)]);
  });

  test("passes over lines that are no writes, and writes that failed", async () => {
    await using dir = await instance();
    await dir.write(A);
    const line = await readFile(dir.paths.auditPath, "utf8");
    const failed = line.replace('"rename"', '"failed"');
    await writeFile(dir.paths.auditPath, `${line.slice(20)}${failed}[]\nnot json\n${line}{"ts":`);
    expect(await dir.history()).toMatchObject([{ hash: hashText(A) }]);
  });
});

test("T-CFG-08 the journal is two files of a megabyte at most, for their owner only, read as one", async () => {
  await using dir = await instance();
  const { auditPath } = dir.paths;
  await dir.write(A);
  const full = () => appendFile(auditPath, `${" ".repeat(1024 * 1024)}\n`);
  await full();
  await dir.write(B);
  expect((await dir.history()).map(({ hash }) => hash)).toEqual([hashText(B), hashText(A)]);
  await full();
  await dir.write(C);
  expect((await dir.history()).map(({ hash }) => hash)).toEqual([hashText(C), hashText(B)]);
  const logs = dirname(auditPath);
  expect((await readdir(logs)).sort()).toEqual(["config-audit.jsonl", "config-audit.jsonl.1"]);
  for (const name of await readdir(logs)) expect((await stat(join(logs, name))).mode & 0o777).toBe(0o600);
  expect((await stat(auditPath)).size).toBeLessThan(10_000);
});

describe("the kept texts", () => {
  test("are for their owner only, and the newest fifty", async () => {
    await using dir = await temporaryDir();
    const texts = Array.from({ length: 60 }, (_, index) => `{ /* ${index} */ }`);
    const folder = dir.paths.historyDir;
    for (const [index, text] of texts.entries()) {
      await keepTexts(fileSystem, folder, [text]);
      await utimes(join(folder, `${hashText(text)}.json5`), index + 1, index + 1);
    }
    const kept = await readdir(folder);
    expect(kept.sort()).toEqual(
      texts
        .slice(10)
        .map((text) => `${hashText(text)}.json5`)
        .sort(),
    );
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, kept[0] ?? ""))).mode & 0o777).toBe(0o600);
  });

  test("are not believed when they are not what their name says", async () => {
    await using dir = await instance();
    await dir.write(A);
    await writeFile(join(dir.paths.historyDir, `${hashText(A)}.json5`), B);
    const [entry] = await dir.history();
    expect(entry && (await historyText(entry, { paths: dir.paths }))).toBeUndefined();
  });
});
