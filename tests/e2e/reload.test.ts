import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@openclaw/client";
import { readLastGood, resolvePaths } from "@openclaw/config";
import {
  createGateway,
  type GatewayAddress,
  type InstalledOptions,
  type ReloadPart,
} from "@openclaw/gateway-core";
import type { ConfigWritten } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { connect, TOKEN } from "../support/embedded.ts";

interface Site extends AsyncDisposable {
  readonly client: Client;
  readonly address: GatewayAddress;
  readonly folder: string;
  readonly configPath: string;
  readonly lines: readonly string[];
  readonly restarts: readonly string[];
}

/** Where a test puts its files before the gateway starts. */
interface Folder {
  readonly folder: string;
  readonly configPath: string;
}

/** A gateway of an installation, and an administrator. */
async function site(
  prepare: (at: Folder) => Promise<unknown>,
  options: Partial<InstalledOptions> = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "reload-"));
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  await prepare({ folder, configPath: paths.configPath });
  const lines: string[] = [];
  const restarts: string[] = [];
  const note = (...words: unknown[]) => void lines.push(words.map(String).join(" "));
  const gateway = createGateway({
    paths,
    port: 0,
    logger: { debug: note, info: note, warn: note, error: note },
    onRestartRequested: ({ reason }) => {
      restarts.push(reason);
      return Promise.resolve();
    },
    ...options,
  });
  const address = await gateway.start();
  const client = await connect(address.url);
  return {
    client,
    address,
    folder,
    lines,
    restarts,
    configPath: paths.configPath,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const GATEWAY = { mode: "local", auth: { token: TOKEN }, reload: { debounceMs: 50, pollMs: 200 } };
const beating = (every: string, more: object = {}) =>
  JSON.stringify({ gateway: GATEWAY, agents: { defaults: { heartbeat: { every } } }, ...more });
const put = async (path: string, text: string) => {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
};
const link = async (target: string, path: string) => {
  await symlink(target, `${path}.tmp`);
  await rename(`${path}.tmp`, path);
};
const mount = async (folder: string, version: string, text: string) => {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, "openclaw.json"), text);
  await link(version, join(folder, "..data"));
};
const health = ({ client }: Site) => client.request("health", { probe: true });
const beats = (own: Site, seconds: number) =>
  expect.poll(async () => (await health(own)).heartbeatSeconds, { timeout: 20_000 }).toBe(seconds);

interface Way {
  readonly name: string;
  readonly prepare: (at: Folder) => Promise<unknown>;
  readonly edit: (at: Folder, every: string) => Promise<unknown>;
}

const start = ({ configPath }: Folder) => writeFile(configPath, beating("60s"));
const WAYS: readonly Way[] = [
  {
    name: "written in place",
    prepare: start,
    edit: ({ configPath }, every) => writeFile(configPath, beating(every)),
  },
  {
    name: "renamed into place",
    prepare: start,
    edit: ({ configPath }, every) => put(configPath, beating(every)),
  },
  {
    name: "behind a link that is moved",
    prepare: async ({ folder, configPath }) => {
      await writeFile(join(folder, "first.json"), beating("60s"));
      await link(join(folder, "first.json"), configPath);
    },
    edit: async ({ folder, configPath }, every) => {
      await writeFile(join(folder, `${every}.json`), beating(every));
      await link(join(folder, `${every}.json`), configPath);
    },
  },
  {
    name: "in a ConfigMap that is exchanged",
    prepare: async ({ folder, configPath }) => {
      await mount(folder, "..first", beating("60s"));
      await link(join("..data", "openclaw.json"), configPath);
    },
    edit: ({ folder }, every) => mount(folder, `..${every}`, beating(every)),
  },
  {
    name: "removed and made again",
    prepare: start,
    edit: async ({ configPath }, every) => {
      await rm(configPath);
      await writeFile(configPath, beating(every));
    },
  },
  {
    name: "included",
    prepare: async ({ folder, configPath }) => {
      await writeFile(join(folder, "beat.json5"), "{ every: '60s' }");
      const agents = { defaults: { heartbeat: { $include: "./beat.json5" } } };
      await writeFile(configPath, JSON.stringify({ gateway: GATEWAY, agents }));
    },
    edit: ({ folder }, every) => put(join(folder, "beat.json5"), `{ every: '${every}' }`),
  },
  {
    name: "a variable of .env",
    prepare: async ({ folder, configPath }) => {
      await writeFile(join(folder, ".env"), "BEAT=60s\n");
      await writeFile(configPath, beating("${BEAT}"));
    },
    edit: ({ folder }, every) => writeFile(join(folder, ".env"), `BEAT=${every}\n`),
  },
];

describe.each(["events", "polling"] as const)("with %s, a setting", (watchMode) => {
  test.each(WAYS)(
    "$name reaches the health of the running gateway, again and again",
    async ({ prepare, edit }) => {
      await using own = await site(prepare, { watchMode });
      await beats(own, 60);
      await edit(own, "90s");
      await beats(own, 90);
      await edit(own, "120s");
      await beats(own, 120);
      expect((await health(own)).configStatus).toMatchObject({ state: "applied", pendingRestart: [] });
      expect(own.restarts).toEqual([]);
    },
  );
});

/** A subsystem that fails where it is told to. */
function subsystem() {
  const state = { serves: "60s", failsAt: "" };
  const part: ReloadPart<{ readonly config: { readonly agents?: object } }> = {
    name: "probe",
    follows: ["agents.defaults.heartbeat"],
    provision: (next) => {
      const old = state.serves;
      const step = (name: string) => {
        if (state.failsAt === name) throw new Error(`no ${name}`);
      };
      step("provision");
      return {
        start: () => step("start"),
        swap: () => {
          state.serves = JSON.stringify(next.config.agents);
          step("swap");
        },
        revert: () => void (state.serves = old),
      };
    },
  };
  return { state, part };
}

test.each(["provision", "start", "swap"])(
  "a part that fails to %s leaves the gateway as it was, shown everywhere, until a good edit",
  async (step) => {
    const { state, part } = subsystem();
    await using own = await site(start, { reloadParts: [part] });
    state.failsAt = step;
    await put(own.configPath, beating("90s", { session: { dmScope: "main" } }));
    await expect
      .poll(async () => (await health(own)).configStatus)
      .toMatchObject({
        state: "reverted",
        path: "agents.defaults.heartbeat.every",
        reason: `probe: no ${step}`,
      });
    expect((await health(own)).heartbeatSeconds).toBe(60);
    expect(state.serves).toBe("60s");
    expect((await own.client.request("status", {})).configStatus).toMatchObject({ state: "reverted" });
    const ready = await fetch(`${own.address.httpUrl}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { ready: true, configStatus: "reverted" },
    ]);

    state.failsAt = "";
    await put(own.configPath, beating("120s"));
    await beats(own, 120);
    expect(state.serves).toContain("120s");
    expect((await health(own)).configStatus).toMatchObject({ state: "applied", pendingRestart: [] });
  },
);

test("the last good text is the last one in force: neither an invalid one nor one that was reverted", async () => {
  const { state, part } = subsystem();
  await using own = await site(start, { reloadParts: [part] });
  const paths = resolvePaths({
    env: { OPENCLAW_STATE_DIR: own.folder },
    homeDir: own.folder,
    cwd: own.folder,
  });
  const lastGoodHash = async () => (await readLastGood({ paths }))?.hash;
  const first = await lastGoodHash();
  expect(first).toBe((await health(own)).configStatus?.hash);
  await put(own.configPath, beating("90s", { bogus: 1 }));
  await expect.poll(async () => (await health(own)).configStatus?.state).toBe("invalid");
  state.failsAt = "swap";
  await put(own.configPath, beating("90s"));
  await expect.poll(async () => (await health(own)).configStatus?.state).toBe("reverted");
  expect(await lastGoodHash()).toBe(first);
  state.failsAt = "";
  await put(own.configPath, beating("120s"));
  await beats(own, 120);
  const { hash } = await own.client.request("config.get", {});
  await expect.poll(lastGoodHash).toBe(hash);
  expect(hash).not.toBe(first);
});

test("what is wrong with the file is told to administrators, that something is to everybody", async () => {
  await using own = await site(start);
  await put(own.configPath, beating("90s", { bogus: 1 }));
  await expect.poll(async () => (await health(own)).configStatus?.state).toBe("invalid");
  expect((await health(own)).configStatus).toMatchObject({
    valid: false,
    reason: expect.stringContaining("bogus"),
  });
  const reader = await connect(own.address.url, { scopes: ["operator.read"] });
  const { configStatus } = await reader.request("health", {});
  expect(configStatus).toMatchObject({ state: "invalid", valid: false });
  expect(configStatus).not.toHaveProperty("reason");
  expect(configStatus).not.toHaveProperty("path");
  await reader.close();
});

test("an edit that needs a restart asks the host for one, and one that no gateway survives does not", async () => {
  await using own = await site(start);
  await put(own.configPath, beating("60s", { gateway: { ...GATEWAY, auth: { mode: "password" } } }));
  await expect.poll(async () => (await health(own)).configStatus?.state).toBe("refused");
  expect(own.restarts).toEqual([]);
  expect(own.lines.join("\n")).toContain("config reload skipped (restart preflight failed): ");
  await put(own.configPath, beating("60s", { discovery: { mdns: { mode: "off" } } }));
  await expect.poll(() => own.restarts).toEqual(["config.file"]);
  expect(own.lines).toContain("config change requires gateway restart (discovery)");
  expect((await health(own)).configStatus).toMatchObject({ state: "applied", pendingRestart: ["discovery"] });
});

test("a written setting is in force when the answer comes, and the file's own event does nothing more", async () => {
  await using own = await site(start);
  const { hash } = await own.client.request("config.get", {});
  const raw = JSON.stringify({ agents: { defaults: { heartbeat: { every: "90s" } } } });
  const answer = (await own.client.request("config.patch", { raw, baseHash: hash ?? "" })) as ConfigWritten;
  expect(answer).toMatchObject({ applied: { hot: ["agents.defaults.heartbeat.every"] }, restart: null });
  expect((await health(own)).heartbeatSeconds).toBe(90);
  await put(own.configPath, beating("120s"));
  await beats(own, 120);
  expect(own.lines.filter((line) => line.startsWith("config change detected"))).toHaveLength(2);
});

test("T-AUTH-15 who writes a new secret reads the answer before its connection ends", async () => {
  await using own = await site(start);
  const { hash } = await own.client.request("config.get", {});
  const raw = JSON.stringify({ gateway: { auth: { token: "the-next-secret-0123456789abcdef" } } });
  const answer = (await own.client.request("config.patch", { raw, baseHash: hash ?? "" })) as ConfigWritten;
  expect(answer.applied.hot).toEqual(["gateway.auth.token"]);
  await expect(connect(own.address.url)).rejects.toThrow(/unauthorized/);
  const next = await connect(own.address.url, { auth: { token: "the-next-secret-0123456789abcdef" } });
  expect(await next.request("health", {})).toMatchObject({ ok: true });
  await next.close();
});
