import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { surveyFiles } from "./file-survey.ts";
import { FileWatch, type FileWatchOptions } from "./file-watch.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-watch-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...names: readonly string[]) => join(folder, ...names);
const put = async (path: string, text: string) => {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
};
const link = async (target: string, path: string) => {
  await symlink(target, `${path}.tmp`);
  await rename(`${path}.tmp`, path);
};

async function watching(files: readonly string[], options: Partial<FileWatchOptions>) {
  let notices = 0;
  const watch = new FileWatch({
    mode: "events",
    pollMs: () => 500,
    onNotice: () => (notices += 1),
    onError: (error) => expect.unreachable(String(error)),
    ...options,
  });
  watch.follow(await surveyFiles(files));
  return {
    watch,
    /** Waits for a notice of what `edit` does. */
    notices: async (edit: () => Promise<unknown>) => {
      const before = notices;
      await edit();
      await vi.waitFor(() => expect(notices).toBeGreaterThan(before), { timeout: 10_000, interval: 5 });
      // As its owner does: links may lead elsewhere now.
      watch.follow(await surveyFiles(files));
    },
    get count() {
      return notices;
    },
    [Symbol.dispose]: () => watch.close(),
  };
}

describe.each<[string, Partial<FileWatchOptions>]>([
  ["events alone", { pollMs: () => "never" }],
  ["looking alone", { mode: "polling", pollMs: () => 20 }],
])("by %s", (_, options) => {
  test("tells of a file that is written in place, renamed into place, removed and made again", async () => {
    await writeFile(at("config"), "one");
    using own = await watching([at("config")], options);
    await own.notices(() => writeFile(at("config"), "two!"));
    await own.notices(() => put(at("config"), "three"));
    await own.notices(() => put(at("config"), "four, after the file itself was replaced"));
    await own.notices(() => rm(at("config")));
    await own.notices(() => writeFile(at("config"), "five"));
  });

  test("tells of a link that leads elsewhere, and of an edit of what it leads to", async () => {
    await mkdir(at("elsewhere"));
    await writeFile(at("elsewhere", "one"), "one");
    await writeFile(at("elsewhere", "two"), "two!");
    await link(at("elsewhere", "one"), at("config"));
    using own = await watching([at("config")], options);
    await own.notices(() => put(at("elsewhere", "one"), "another"));
    await own.notices(() => link(at("elsewhere", "two"), at("config")));
    await own.notices(() => put(at("elsewhere", "two"), "yet another"));
  });

  test("tells of a ConfigMap that is exchanged as a whole", async () => {
    for (const version of ["..1", "..2", "..3"]) {
      await mkdir(at(version));
      await writeFile(at(version, "config"), version);
    }
    await link("..1", at("..data"));
    await link(join("..data", "config"), at("config"));
    using own = await watching([at("config")], options);
    await own.notices(() => link("..2", at("..data")));
    await own.notices(() => link("..3", at("..data")));
  });

  test("tells of a file that did not exist", async () => {
    using own = await watching([at("config")], options);
    await own.notices(() => writeFile(at("config"), "one"));
  });
});

test("finds again by looking what lies in a folder that was replaced", async () => {
  await mkdir(at("etc"));
  await writeFile(at("etc", "config"), "one");
  using own = await watching([at("etc", "config")], { pollMs: () => 20 });
  await own.notices(async () => {
    await rename(at("etc"), at("old"));
    await mkdir(at("etc"));
    await writeFile(at("etc", "config"), "two!");
  });
  await own.notices(() => put(at("etc", "config"), "three"));
});

test("says nothing by looking about what its owner has read since, and tells of the next edit", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  await writeFile(at("config"), "one");
  using own = await watching([at("config")], { mode: "polling", pollMs: () => 20 });
  /** The next look is planned once one is over. */
  const look = async () => {
    vi.advanceTimersByTime(20);
    while (vi.getTimerCount() === 0) await setImmediate();
  };
  await writeFile(at("config"), "two!");
  own.watch.follow(await surveyFiles([at("config")]));
  await look();
  expect(own.count).toBe(0);
  await writeFile(at("config"), "three");
  await look();
  expect(own.count).toBe(1);
});

test("says nothing about other files beside it", async () => {
  await writeFile(at("config"), "one");
  using own = await watching([at("config")], { pollMs: () => "never" });
  own.watch.follow(await surveyFiles([at("config"), at("last")]));
  const before = own.count;
  for (const name of ["state.db", "state.db-wal", "config.bak"]) await writeFile(at(name), "x");
  // Events come in order: when this one is there, the others were.
  await writeFile(at("last"), "x");
  await vi.waitFor(() => expect(own.count).toBeGreaterThan(before));
  const perWrite = own.count - before;
  expect(perWrite).toBeLessThanOrEqual(2);
});

test("goes round no circle of links", async () => {
  await link(at("b"), at("a"));
  await link(at("a"), at("b"));
  using own = await watching([at("a")], { pollMs: () => "never" });
  await own.notices(() => put(at("a"), "a file after all"));
});
