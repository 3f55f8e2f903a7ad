import { execFile } from "node:child_process";
import { access, constants, cp, mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { cli, root } from "../support/gateway-process.ts";

const run = promisify(execFile);
const readJson = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;

describe("the openclaw command", () => {
  test("is a short committed file that bin points at, executable, outside dist", async () => {
    const manifest = await readJson(join(root, "apps/cli/package.json"));
    expect(manifest["bin"]).toEqual({ openclaw: "bin/openclaw.js" });
    expect((await readFile(cli, "utf8")).trimEnd().split("\n").length).toBeLessThanOrEqual(10);
    await access(cli, constants.X_OK);
  });

  test("without a build says what to run and exits with 1", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bin-"));
    await mkdir(join(folder, "bin"));
    await cp(cli, join(folder, "bin/openclaw.cjs"));
    await expect(run(process.execPath, [join(folder, "bin/openclaw.cjs"), "status"])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("run: npm run setup"),
    });
    await rm(folder, { recursive: true });
  });

  test("prints its version, which is that of every package", async () => {
    const { stdout } = await run(process.execPath, [cli, "--version"]);
    const folders = ["packages", "apps"].map((parent) =>
      readdir(join(root, parent)).then((names) => names.map((name) => join(root, parent, name))),
    );
    const versions = await Promise.all(
      (await Promise.all(folders))
        .flat()
        .map(async (folder) => (await readJson(join(folder, "package.json")))["version"]),
    );
    expect([...new Set(versions)]).toEqual([stdout.trim()]);
    expect((await readJson(join(root, "package.json")))["version"]).toBe(stdout.trim());
  });
});
