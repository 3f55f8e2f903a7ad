import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { loadConfig, resolvePaths } from "@openclaw/config";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { load } from "../load.ts";
import { createInstanceClaims, type InstanceClaims } from "./instance-claims.ts";
import { claimFile, readLock } from "./lock.ts";

let home: string;
let other: { readonly server: Server; readonly port: number };
let warnings: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "claims-"));
  for (const name of ["one", "two"]) await mkdir(join(home, name));
  // The other gateway: it answers with the id that its claims carry.
  const server = createServer((_request, response) => response.end(JSON.stringify({ instanceId: "other" })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  other = { server, port: (server.address() as AddressInfo).port };
  warnings = [];
});
afterEach(async () => {
  other.server.close();
  await rm(home, { recursive: true, force: true });
});

/** A claim of the other gateway. */
async function held(path: string): Promise<void> {
  const claimant = { port: other.port, isAskable: true, instanceId: "other", now: 0 };
  await claimFile(path, claimant, () => ["held", "let go"]);
}

interface Site {
  readonly claims: InstanceClaims;
  /** Applies another configuration the way the reload engine does; resolves with what takes it back. */
  apply(agents: object): Promise<() => void | Promise<void>>;
}

async function site(agents: object, { isInstalled = true } = {}): Promise<Site> {
  const stateDir = join(home, "state");
  await mkdir(stateDir, { recursive: true });
  const paths = resolvePaths({ env: { HOME: home, OPENCLAW_STATE_DIR: stateDir }, homeDir: home, cwd: home });
  const configOf = async (section: object) => {
    await writeFile(paths.configPath, JSON.stringify({ gateway: { mode: "local" }, agents: section }));
    return loadConfig({ paths, env: { HOME: home } });
  };
  const first = await configOf(agents);
  const auth = { token: "a-token-that-is-long-enough" };
  const { settings } = await load({ config: { gateway: { auth } }, stateDir });
  const claims = createInstanceClaims({
    loaded: { paths, config: first, settings, isDurable: true },
    claimant: () => ({ port: 1, isAskable: true, instanceId: "mine", now: 0 }),
    isInstalled,
    logger: {
      debug: () => {},
      info: () => {},
      warn: (text: string) => void warnings.push(text),
      error: () => {},
    },
  });
  const apply = async (section: object) => {
    const part = await claims.part.provision(await configOf(section), first);
    await part.swap();
    await part.finish?.();
    return () => part.revert();
  };
  return { claims, apply };
}

const lockIn = (name: string) => join(home, name, ".openclaw", "gateway.lock");
const holderOf = async (path: string) => (await readLock(path))?.instanceId;

describe("claims of an instance", () => {
  test("T-CFG-16 lie beside the configuration and in every workspace that exists, readable by the owner only", async () => {
    await symlink(join(home, "two"), join(home, "alias"));
    const { claims } = await site({
      defaults: { workspace: join(home, "one") },
      list: [
        { id: "a", workspace: join(home, "two") },
        { id: "b", workspace: join(home, "alias") },
        { id: "c", workspace: join(home, "not there") },
      ],
    });
    await claims.acquire();
    const config = join(home, "state", "openclaw.json.gateway.lock");
    for (const path of [config, lockIn("one"), lockIn("two")]) {
      expect(await readLock(path)).toMatchObject({ pid, instanceId: "mine" });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect(await readdir(home)).not.toContain("not there");
    await claims.release();
    expect(await Promise.all([config, lockIn("one"), lockIn("two")].map(holderOf))).toEqual(
      Array(3).fill(undefined),
    );
  });

  test("name a workspace that another gateway holds, the gateway, and the setting to change", async () => {
    await mkdir(join(home, "two", ".openclaw"));
    await held(lockIn("two"));
    const { claims } = await site({
      defaults: { workspace: join(home, "one") },
      list: [{ id: "a" }, { id: "b", workspace: join(home, "two") }],
    });
    const text = `another gateway (pid ${pid}, port ${other.port}) uses the workspace ${join(home, "two")}`;
    await expect(claims.acquire()).rejects.toMatchObject({
      code: "STATE_IN_USE",
      lines: [
        text,
        "Set agents.list[1].workspace to a folder of its own: openclaw config set agents.list[1].workspace <folder>",
      ],
    });
    // Nothing of a start that failed stays behind.
    expect(await holderOf(lockIn("one"))).toBeUndefined();
    expect(await holderOf(join(home, "state", "openclaw.json.gateway.lock"))).toBeUndefined();
  });

  test("name a configuration file that another gateway runs with", async () => {
    const { claims } = await site({});
    await held(join(home, "state", "openclaw.json.gateway.lock"));
    await expect(claims.acquire()).rejects.toMatchObject({
      lines: [
        expect.stringMatching(
          /^another gateway \(pid \d+, port \d+\) uses the configuration .*openclaw\.json$/,
        ),
        expect.stringContaining("OPENCLAW_CONFIG_PATH"),
      ],
    });
  });

  test("only warn of the workspace that nobody chose", async () => {
    await mkdir(join(home, ".openclaw", "workspace", ".openclaw"), { recursive: true });
    const path = lockIn(".openclaw/workspace");
    await held(path);
    const { claims } = await site({});
    await claims.acquire();
    expect(warnings).toEqual([
      expect.stringMatching(/uses the workspace .*, too\. Set agents\.defaults\.workspace to a folder/),
    ]);
    await claims.release();
    expect(await holderOf(path)).toBe("other");
  });

  test("of a program's own gateway keep out of the user's home", async () => {
    await mkdir(join(home, ".openclaw", "workspace"), { recursive: true });
    const { claims } = await site({ defaults: { workspace: join(home, "one") } }, { isInstalled: false });
    await claims.acquire();
    expect(await holderOf(lockIn("one"))).toBe("mine");
    expect(await readdir(join(home, ".openclaw", "workspace"))).toEqual([]);
    expect(await holderOf(join(home, "state", "openclaw.json.gateway.lock"))).toBeUndefined();
  });

  test("of a dead gateway are nobody's", async () => {
    await mkdir(join(home, "one", ".openclaw"));
    await held(lockIn("one"));
    other.server.close();
    other.server.closeAllConnections();
    const { claims } = await site({ defaults: { workspace: join(home, "one") } });
    await claims.acquire();
    expect(await holderOf(lockIn("one"))).toBe("mine");
  });

  test("where they cannot be written there are none", async () => {
    // A file where the folder would be: no user can write below it.
    await writeFile(join(home, "one", ".openclaw"), "");
    const { claims } = await site({ defaults: { workspace: join(home, "one") } });
    await expect(claims.acquire()).resolves.toBeUndefined();
  });

  test("follow the configuration of a running gateway, and come back when a change is taken back", async () => {
    const { claims, apply } = await site({ defaults: { workspace: join(home, "one") } });
    await claims.acquire();
    await apply({ defaults: { workspace: join(home, "two") } });
    expect([await holderOf(lockIn("one")), await holderOf(lockIn("two"))]).toEqual([undefined, "mine"]);
    const takeBack = await apply({ defaults: { workspace: join(home, "two") }, list: [{ id: "a" }] });
    await takeBack();
    expect(await holderOf(lockIn("two"))).toBe("mine");
  });

  test("refuse a change to a workspace that another gateway holds, and keep their own", async () => {
    const { claims, apply } = await site({ defaults: { workspace: join(home, "one") } });
    await claims.acquire();
    await mkdir(join(home, "two", ".openclaw"));
    await held(lockIn("two"));
    await expect(apply({ defaults: { workspace: join(home, "two") } })).rejects.toThrow(
      /uses the workspace .*two\. Set agents\.defaults\.workspace to a folder of its own/,
    );
    expect([await holderOf(lockIn("one")), await holderOf(lockIn("two"))]).toEqual(["mine", "other"]);
  });
});
