import { chmod, mkdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { resolveLogFolder } from "./log-folder.ts";

const uid = process.getuid?.() ?? 0;
const resolve = (tmp: string) =>
  resolveLogFolder({ tmpDir: tmp, uid, fallback: join(tmp, "state", "logs"), shared: join(tmp, "openclaw") });

describe("resolveLogFolder", () => {
  test("makes the shared folder, for its owner only", async () => {
    await using folder = await temporaryFolder();
    expect(await resolve(folder.path)).toBe(join(folder.path, "openclaw"));
    expect((await stat(join(folder.path, "openclaw"))).mode & 0o777).toBe(0o700);
    expect(await resolve(folder.path)).toBe(join(folder.path, "openclaw"));
  });

  test("T-CFG-16 follows no link that somebody left there", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "elsewhere"));
    await symlink(join(folder.path, "elsewhere"), join(folder.path, "openclaw"));
    expect(await resolve(folder.path)).toBe(join(folder.path, `openclaw-${uid}`));
  });

  test("T-CFG-16 avoids folders that others may write to, down to the state folder", async () => {
    await using folder = await temporaryFolder();
    for (const name of ["openclaw", `openclaw-${uid}`]) {
      await mkdir(join(folder.path, name));
      await chmod(join(folder.path, name), 0o777);
    }
    expect(await resolve(folder.path)).toBe(join(folder.path, "state", "logs"));
  });

  test("avoids a folder of somebody else", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "openclaw"), { mode: 0o700 });
    const found = await resolveLogFolder({
      tmpDir: folder.path,
      uid: uid + 1,
      fallback: join(folder.path, "logs"),
      shared: join(folder.path, "openclaw"),
    });
    expect(found).toBe(join(folder.path, `openclaw-${uid + 1}`));
  });
});
