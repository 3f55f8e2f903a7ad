import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Env } from "../environment.ts";
import { saveEdit } from "../edit/save-edit.ts";
import { DOCTOR } from "../history/journal.ts";
import { readHistory } from "../history/history.ts";
import { loadConfig } from "../load-config.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { planRepair } from "./repair-config.ts";

async function installation(text: string) {
  const dir = await temporaryDir();
  const { paths } = dir;
  await writeFile(paths.configPath, text);
  const plan = async (options: { readonly force?: boolean; readonly env?: Env } = {}) => {
    const { env = {} } = options;
    return planRepair({ loaded: await loadConfig({ paths, env }), paths, env, ...options });
  };
  const read = () => readFile(paths.configPath, "utf8");
  return { ...dir, plan, read };
}

describe("a repair of the configuration", () => {
  test("moves old keys and drops unknown ones in one write, and leaves every other byte", async () => {
    await using dir = await installation(`{
  // ours
  gateway: { mode: "local", port: 19001, token: "t0ken-of-old", bogus: 1 }, // here
  agents: { defaults: { wrkspace: "~/w", workspace: "~/v" } },
}
`);
    const planning = await dir.plan();
    if (!planning.ok) throw new Error(planning.reason);
    expect(planning.notes).toEqual([
      "Moved gateway.token to gateway.auth.token.",
      "Removed gateway.bogus, which is no setting.",
      "Removed agents.defaults.wrkspace, which is no setting.",
    ]);
    const before = await dir.read();
    const { backupPath = "" } = await saveEdit(planning.plan, {
      paths: dir.paths,
      writer: { pid: 7, actor: DOCTOR },
    });
    expect(await readFile(backupPath, "utf8")).toBe(before);
    const after = await dir.read();
    expect(after).toContain('  // ours\n  gateway: { mode: "local", port: 19001');
    expect(after).toContain('agents: { defaults: { workspace: "~/v" } },\n}\n');
    expect(await loadConfig({ paths: dir.paths, env: {} })).toMatchObject({ valid: true });
    const [entry] = await readHistory({
      paths: dir.paths,
      loaded: await loadConfig({ paths: dir.paths, env: {} }),
    });
    expect(entry).toMatchObject({ source: "doctor", actor: "doctor" });
  });

  test("plans nothing when a wrong value would stay, and names it", async () => {
    await using dir = await installation('{ gateway: { mode: "local", bogus: 1, port: "many" } }');
    expect(await dir.plan()).toMatchObject({
      ok: false,
      reason: expect.stringContaining("gateway.port") as string,
    });
  });

  test("T-CFG-09 drops most of a file only when it is meant", async () => {
    await using dir = await installation('{ a: 1, b: 2, c: 3, gateway: { mode: "local" } }');
    expect(await dir.plan()).toMatchObject({
      ok: false,
      reason: "this write drops 3 of 4 settings",
      needsForce: true,
    });
    expect(await dir.plan({ force: true })).toMatchObject({ ok: true });
  });

  test.each([
    ["with $include", '{ $include: "./base.json", bogus: 1 }', {}, "$include"],
    ["managed from outside", "{ bogus: 1 }", { OPENCLAW_NIX_MODE: "1" }, "managed from outside"],
    ["that is no JSON5", "{ bogus: ", {}, "JSON5"],
  ])("leaves a file alone %s", async (_what, text, env, reason) => {
    await using dir = await installation(text);
    await writeFile(join(dir.path, "base.json"), "{}");
    const planning = await dir.plan({ env });
    expect(planning).toMatchObject({ ok: false, reason: expect.stringContaining(reason) as string });
  });
});
