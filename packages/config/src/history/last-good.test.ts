import { mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig, loadConfigWith } from "../load-config.ts";
import { hashText } from "../source/hash-text.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { fileSystem } from "../write/file-system.ts";
import { keepInForce, readLastGood } from "./last-good.ts";
import { keepTexts } from "./texts.ts";

const MAIN = "{ gateway: { port: 1001 }, ui: { $include: 'parts/ui.json5' } }\n";
const UI = "{ assistant: { $include: 'assistant.json5' } }\n";
const ASSISTANT = '{ name: "one" } // theirs\n';

async function instance(files: Readonly<Record<string, string>>) {
  const dir = await temporaryDir();
  const { paths } = dir;
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  };
  for (const [name, text] of Object.entries(files)) await put(name, text);
  const run = async () => {
    const loaded = await loadConfig({ paths, env: {} });
    expect(loaded.issues).toEqual([]);
    await keepInForce(loaded, { paths });
    return loaded;
  };
  const lastGood = async () => {
    const { files: texts = [] } = (await readLastGood({ paths })) ?? {};
    return loadConfigWith({ paths, env: {} }, texts);
  };
  return { ...dir, put, run, lastGood };
}

const FILES = { "openclaw.json": MAIN, "parts/ui.json5": UI, "parts/assistant.json5": ASSISTANT };

describe("the last good configuration", () => {
  test("is what a gateway ran with last: its main file, and all that it included", async () => {
    await using dir = await instance(FILES);
    expect(await readLastGood(dir)).toBeUndefined();
    await dir.run();
    await dir.put("openclaw.json", "{ broken");
    expect(await readLastGood(dir)).toEqual({
      hash: hashText(MAIN),
      files: Object.entries(FILES).map(([name, text]) => ({ file: join(dir.path, name), text })),
    });
  });

  test.each<[string, (dir: Awaited<ReturnType<typeof instance>>) => Promise<void>]>([
    ["is broken", (dir) => dir.put("parts/assistant.json5", "{ name: ")],
    ["says something else", (dir) => dir.put("parts/assistant.json5", '{ name: "two" }')],
    ["is gone", (dir) => rm(join(dir.path, "parts/assistant.json5"))],
    ["is gone with its folder", (dir) => rm(join(dir.path, "parts"), { recursive: true })],
    [
      "leads nowhere",
      async (dir) => {
        await rm(join(dir.path, "parts/ui.json5"));
        await symlink("ui.json5", join(dir.path, "parts/ui.json5"));
      },
    ],
  ])("can be read again when an included file %s", async (_, damage) => {
    await using dir = await instance(FILES);
    const { config } = await dir.run();
    await damage(dir);
    const { valid, config: again } = await dir.lastGood();
    expect([valid, again]).toEqual([true, config]);
  });

  test("stays complete however many texts come after it", async () => {
    const parts = Array.from({ length: 60 }, (_, at) => `p${at}.json5`);
    const main = `{ skills: { $include: ${JSON.stringify(parts)} } }`;
    const included = parts.map((name, at) => [name, `{ k${at}: ${at} }`]);
    await using dir = await instance({ ...Object.fromEntries(included), "openclaw.json": main });
    const { config } = await dir.run();
    const { historyDir } = dir.paths;
    for (const name of await readdir(historyDir)) await utimes(join(historyDir, name), 1, 1);
    for (let at = 0; at < 60; at += 1) await keepTexts(fileSystem, historyDir, [`{ /* ${at} */ }`]);
    await dir.put("openclaw.json", "{");
    expect((await dir.lastGood()).config).toEqual(config);
    // The next one sets free what only this one needed.
    await dir.put("openclaw.json", "{}");
    await dir.run();
    await dir.run();
    expect((await readdir(historyDir)).length).toBe(51);
  });

  test("is none when a text of it is not what it was", async () => {
    await using dir = await instance(FILES);
    await dir.run();
    await writeFile(join(dir.paths.historyDir, `${hashText(UI)}.json5`), "{}");
    expect(await readLastGood(dir)).toBeUndefined();
  });
});
