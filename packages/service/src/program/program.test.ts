import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chooseNode, isSupportedNode } from "./choose-node.ts";
import { servicePath } from "./service-path.ts";

describe("chooseNode", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "openclaw-node-")));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function nodeAt(path: string, version: string): Promise<string> {
    const full = join(folder, path);
    await mkdir(join(full, ".."), { recursive: true });
    await writeFile(full, `#!/bin/sh\necho v${version}\n`);
    await chmod(full, 0o755);
    return full;
  }

  test("prefers the system's link to the running Node.js: it stays when the version changes", async () => {
    const running = await nodeAt("opt/node-20.20.0/bin/node", "20.20.0");
    const link = join(folder, "usr-bin-node");
    await symlink(running, link);
    expect(await chooseNode({ execPath: running, version: "20.20.0" }, [link])).toEqual({
      path: link,
      warnings: [],
    });
  });

  test("takes the running Node.js where the system has no link to it", async () => {
    const running = await nodeAt("opt/bin/node", "20.20.0");
    const other = await nodeAt("usr/bin/node", "22.1.0");
    expect((await chooseNode({ execPath: running, version: "20.20.0" }, [other])).path).toBe(running);
  });

  test("takes the system's rather than that of a version manager", async () => {
    const running = await nodeAt("home/.nvm/versions/node/v22/bin/node", "22.0.0");
    const system = await nodeAt("usr/bin/node", "20.19.0");
    expect(await chooseNode({ execPath: running, version: "22.0.0" }, [system])).toEqual({
      path: system,
      warnings: [],
    });
  });

  test("says so when the system's is too old, and keeps the running one", async () => {
    const running = await nodeAt("home/.nvm/versions/node/v22/bin/node", "22.0.0");
    const system = await nodeAt("usr/bin/node", "18.20.0");
    const { path, warnings } = await chooseNode({ execPath: running, version: "22.0.0" }, [system]);
    expect(path).toBe(running);
    expect(warnings).toEqual([
      `System Node 18.20.0 at ${system} is below the required Node 20.19.0. Using ${running} for the daemon.`,
    ]);
  });

  test("looks for a system's Node.js for a program that is none", async () => {
    const system = await nodeAt("usr/bin/node", "20.19.0");
    const bun = join(folder, "bun");
    expect((await chooseNode({ execPath: bun, version: "22.0.0" }, [system])).path).toBe(system);
    expect((await chooseNode({ execPath: bun, version: "22.0.0" }, [join(folder, "none")])).path).toBe(bun);
  });
});

describe("isSupportedNode", () => {
  test.each([
    ["20.18.9", false],
    ["20.19.0", true],
    ["20.19.1", true],
    ["21.0.0", true],
    ["9.99.99", false],
    ["nonsense", false],
  ])("%s: %s", (version, isSupported) => {
    expect(isSupportedNode(version)).toBe(isSupported);
  });
});

describe("servicePath", () => {
  test("puts the folders of tool managers that are set first, and no folder twice", () => {
    const env = { PNPM_HOME: "/opt/pnpm", VOLTA_HOME: "/srv/me/.volta", NVM_DIR: "relative" };
    const path = servicePath(env, "/srv/me");
    expect(path.slice(0, 3)).toEqual(["/opt/pnpm", "/srv/me/.volta/bin", "/srv/me/.local/bin"]);
    expect(path.slice(-4)).toEqual(["/srv/me/.local/share/pnpm", "/usr/local/bin", "/usr/bin", "/bin"]);
    expect(new Set(path).size).toBe(path.length);
    // A relative folder would be another one wherever the service is started.
    expect(path.some((folder) => !folder.startsWith("/"))).toBe(false);
  });
});
