import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";
import { freePort } from "../../testing/gateway.ts";

const configPath = ({ home }: TestHome) => join(home, ".openclaw", "openclaw.json");
const read = (home: TestHome) => readFile(configPath(home), "utf8");

// No gateway runs in these tests.
async function site() {
  const home = await createTestHome();
  const before = `{ gateway: { mode: "local", port: ${await freePort()} }, ui: { seamColor: "#000001" } } // mine\n`;
  await home.configure(before);
  let clock = Date.UTC(2027, 0, 1);
  const openclaw = (words: readonly string[]) =>
    home.openclaw(["config", ...words], { now: () => (clock += 1000) });
  const paint = (colour: string) => openclaw(["set", "ui.seamColor", colour]);
  return { ...home, openclaw, paint, before };
}

interface Entries {
  readonly entries: readonly {
    readonly id: string;
    readonly source: string;
    readonly paths: readonly string[];
  }[];
}

const entriesOf = (stdout: string) => (JSON.parse(stdout) as Entries).entries;

describe("config history", () => {
  test("lists changes, newest first, with who and what", async () => {
    await using home = await site();
    expect(await home.openclaw(["history", "--limit", "0"])).toMatchObject({ code: 1 });
    await home.paint("#000002");
    await home.paint("#000003");
    const entries = entriesOf((await home.openclaw(["history", "--json"])).stdout);
    expect(entries).toMatchObject([
      { source: "cli", actor: "config set ui.seamColor", paths: ["ui.seamColor"], file: configPath(home) },
      { source: "cli", paths: ["ui.seamColor"] },
      { source: "file", actor: null, paths: [] },
    ]);
    expect(entriesOf((await home.openclaw(["history", "--json", "--limit", "1"])).stdout)).toEqual([
      entries[0],
    ]);
    const { stdout } = await home.openclaw(["history"]);
    expect(stdout).toContain(entries[0]?.id);
    expect(stdout).toContain("config set ui.seamColor");
  });

  test("says when nothing is known", async () => {
    await using home = await createTestHome();
    expect(await home.openclaw(["config", "history"])).toEqual({
      code: 0,
      stdout: "No changes are known.\n",
      stderr: "",
    });
  });
});

describe("config rollback", () => {
  test("takes back the last change, to the byte, and the next one takes that back", async () => {
    await using home = await site();
    await home.paint("#000002");
    const painted = await read(home);
    const { code, stdout } = await home.openclaw(["rollback"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Restored \w{12} of .*\n~ ui\.seamColor: "#000002" -> "#000001"\nGateway not running\.\n$/,
      ),
    ]);
    expect(await read(home)).toBe(home.before);
    await home.openclaw(["rollback"]);
    expect(await read(home)).toBe(painted);
  });

  test("brings a file back that was lost, as it was last", async () => {
    await using home = await site();
    await home.paint("#000002");
    const painted = await read(home);
    await rm(configPath(home));
    expect(await home.openclaw(["rollback"])).toMatchObject({ code: 0 });
    expect(await read(home)).toBe(painted);
  });

  test("goes to the entry that is named, also past what was typed into the file", async () => {
    await using home = await site();
    await home.paint("#000002");
    await writeFile(configPath(home), "{ broken");
    const entries = entriesOf((await home.openclaw(["history", "--json"])).stdout);
    expect(entries.map(({ source }) => source)).toEqual(["file", "cli", "file"]);
    const oldest = entries[2]?.id ?? "";
    const dry = await home.openclaw(["rollback", oldest, "--dry-run", "--json"]);
    expect([JSON.parse(dry.stdout), await read(home)]).toMatchObject([
      { dryRun: true, entry: oldest },
      "{ broken",
    ]);
    expect(await home.openclaw(["rollback", oldest])).toMatchObject({ code: 0 });
    expect(await read(home)).toBe(home.before);
  });

  test.each([
    [["rollback"], "there is nothing to go back to"],
    [["rollback", "abcdef"], "no such entry: abcdef"],
  ])("%j without a history: one line", async (words, message) => {
    await using home = await site();
    const { code, stderr } = await home.openclaw(words);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(await read(home)).toBe(home.before);
  });
});

describe("config diff", () => {
  test("compares with an entry and with a file, secrets hidden", async () => {
    await using home = await site();
    await home.paint("#000002");
    const [, first] = entriesOf((await home.openclaw(["history", "--json"])).stdout);
    const byEntry = await home.openclaw(["diff", "--against", first?.id ?? "", "--json"]);
    expect(JSON.parse(byEntry.stdout)).toMatchObject({
      changes: [{ path: "ui.seamColor", from: "#000001", to: "#000002", kind: "none" }],
    });
    const other = join(home.home, "other.json5");
    await writeFile(other, '{ ui: { seamColor: "#000002" }, hooks: { token: "a-token-of-the-hooks" } }');
    const { code, stdout } = await home.openclaw(["diff", "--against", "other.json5"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Against .*other\.json5:\n- hooks: .*__OPENCLAW_REDACTED__.* \(hot\)\n\+ gateway: .* \(restart\)\n$/,
      ),
    ]);
    expect(stdout).not.toContain("a-token-of-the-hooks");
    await writeFile(other, await read(home));
    expect((await home.openclaw(["diff", "--against", other])).stdout).toBe(
      `The file says the same as ${other}.\n`,
    );
  });

  test("has nothing to compare with before a gateway ran, and says so", async () => {
    await using home = await site();
    const { code, stderr } = await home.openclaw(["diff"]);
    expect([code, stderr]).toEqual([1, "Error: no gateway has run with this configuration yet\n"]);
  });
});
