import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { resolveIncludes } from "./include.ts";
import { sourceFiles } from "./source-files.ts";

async function folderWith(files: Readonly<Record<string, string>>) {
  const dir = await temporaryDir();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir.path, name, ".."), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
  const resolve = (tree: unknown) => resolveIncludes(tree, join(dir.path, "openclaw.json"), sourceFiles);
  return { ...dir, resolve };
}

describe("resolveIncludes", () => {
  test("replaces an object that holds nothing else by any value", async () => {
    await using dir = await folderWith({ "list.json5": "[1, 2] // c" });
    expect(await dir.resolve({ a: { $include: "./list.json5" } })).toEqual({
      ok: true,
      value: { a: [1, 2] },
    });
  });

  test("merges several files from left to right and siblings last, concatenating lists", async () => {
    await using dir = await folderWith({
      "a.json": '{ x: { one: 1, list: [1] }, y: "a" }',
      "sub/b.json": '{ x: { two: 2, list: [2] }, y: "b" }',
    });
    const value = { x: { one: 1, two: 2, list: [1, 2, 3] }, y: "c" };
    expect(await dir.resolve({ $include: ["a.json", "sub/b.json"], x: { list: [3] }, y: "c" })).toEqual({
      ok: true,
      value,
    });
  });

  test("reads nested includes from the including file's folder, and one file in two branches", async () => {
    await using dir = await folderWith({
      "sub/a.json": '{ b: { $include: "./b.json" } }',
      "sub/b.json": "7",
    });
    const tree = { p: { $include: "sub/a.json" }, q: [{ $include: "sub/b.json" }] };
    expect(await dir.resolve(tree)).toEqual({ ok: true, value: { p: { b: 7 }, q: [7] } });
  });

  test.each<[string, unknown, string]>([
    ["a number", { $include: 7 }, "Invalid $include value: expected string or array of strings, got number"],
    ["a list with a number", { $include: [7] }, "Invalid $include array item: expected string, got number"],
    ["a missing file", { $include: "none.json" }, "Failed to read include file: none.json"],
    ["a folder", { $include: "folder" }, "Failed to read include file: folder"],
    ["a broken file", { $include: "broken.json" }, "Failed to parse include file: broken.json"],
    [
      "siblings of a list",
      { $include: "list.json", a: 1 },
      "Sibling keys require included content to be an object",
    ],
    ["a circle", { $include: "ring.json" }, "Circular include detected: "],
  ])("refuses %s", async (_title, tree, message) => {
    await using dir = await folderWith({
      "broken.json": "{",
      "list.json": "[]",
      "folder/x": "",
      "ring.json": '{ a: { $include: "./ring.json" } }',
    });
    expect(await dir.resolve(tree)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });

  test.each(["../outside.json", "/etc/hostname", "sub/../../outside.json"])(
    "T-CFG-03 refuses to leave the folder by %s",
    async (name) => {
      await using dir = await folderWith({ "openclaw.json": "{}" });
      const message = `Include path escapes config directory: ${name} (root: ${dir.path})`;
      expect(await dir.resolve({ $include: name })).toEqual({ ok: false, message });
    },
  );

  test("T-CFG-03 refuses a symbolic link that leads outside", async () => {
    await using outside = await folderWith({ "secret.json": "{}" });
    await using dir = await folderWith({ "openclaw.json": "{}" });
    await symlink(join(outside.path, "secret.json"), join(dir.path, "link.json"));
    const message = `Include path resolves outside config directory (symlink): link.json (root: ${dir.path})`;
    expect(await dir.resolve({ $include: "link.json" })).toEqual({ ok: false, message });
  });

  test("T-CFG-03 allows ten nested files and no more", async () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `${index}.json`,
          index === length - 1 ? "1" : `{ $include: "./${index + 1}.json" }`,
        ]),
      );
    await using ten = await folderWith(chain(10));
    expect(await ten.resolve({ $include: "0.json" })).toEqual({ ok: true, value: 1 });
    await using eleven = await folderWith(chain(11));
    const message = `Maximum include depth (10) exceeded at: ${join(eleven.path, "10.json")}`;
    expect(await eleven.resolve({ $include: "0.json" })).toEqual({ ok: false, message });
  });

  test("T-CFG-03 stops at the limit of files", async () => {
    await using dir = await folderWith({ "a.json": "{}" });
    const message = "Too many include files (limit 256)";
    expect(await dir.resolve({ $include: Array.from({ length: 10_000 }, () => "a.json") })).toEqual({
      ok: false,
      message,
    });
  });

  test("touches no file when nothing is included", async () => {
    const closed = {
      readText: () => Promise.reject(new Error("read")),
      realPath: () => Promise.reject(new Error("path")),
    };
    expect(await resolveIncludes({ a: [1] }, "/nowhere/openclaw.json", closed)).toEqual({
      ok: true,
      value: { a: [1] },
    });
  });
});
