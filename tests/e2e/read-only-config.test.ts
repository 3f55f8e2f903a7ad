import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, type TestContext } from "vitest";

import { cli, collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";

// Root may write whatever its mode says; what is mounted read-only nobody may.
const READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';

let user: TemporaryUser;
let folder: string;
let state: string;
let env: Record<string, string>;
const children = new Set<ChildProcess>();

/** A folder as Kubernetes mounts a ConfigMap: the file is two links away from its text. */
beforeEach(async () => {
  user = await TemporaryUser.create();
  folder = join(user.home, "etc");
  state = join(user.home, "state");
  await mkdir(folder);
  const path = join(folder, "openclaw.json");
  env = { OPENCLAW_CONFIG_PATH: path, OPENCLAW_STATE_DIR: state };
  await publish("..1", `{ gateway: { mode: "local", port: ${await freePort()} } } // from the cluster\n`);
  await symlink(join("..data", "openclaw.json"), path);
});
afterEach(async () => {
  await Promise.all([...children].map((child) => kill(child, "SIGKILL")));
  await user[Symbol.asyncDispose]();
});

async function publish(version: string, text: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, "openclaw.json"), text);
  await symlink(version, join(folder, "..next"));
  await rename(join(folder, "..next"), join(folder, "..data"));
}

/** How a command gets a view of the files of its own; undefined where this machine does not allow it. */
async function ownView(): Promise<readonly string[] | undefined> {
  for (const flags of [["--mount"], ["--mount", "--map-root-user"]]) {
    const tried = promisify(execFile)("unshare", [...flags, "sh", "-c", READ_ONLY, folder, "true"]);
    if (
      await tried.then(
        () => true,
        () => false,
      )
    )
      return flags;
  }
  return undefined;
}

/** Starts a gateway that sees the folder of its configuration read-only. */
async function start(flags: readonly string[]) {
  const words = [...flags, "sh", "-c", READ_ONLY, folder, process.execPath, cli, "gateway"];
  const child = spawn("unshare", words, { env: user.env(env), stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const output = collect(child);
  await waitFor(output, /listening on ws:|cannot be used|Invalid config/);
  return { child, output };
}

async function skipped(context: TestContext): Promise<readonly string[]> {
  return (await ownView()) ?? context.skip("mounting read-only needs rights this machine does not give");
}

const GENERATED =
  /Generated a new token and saved it to the state folder \(\S+\.env\); the configuration cannot be written/;

test("a configuration that is mounted read-only starts, with a token in the state folder, and says so", async (context) => {
  const view = await skipped(context);
  const before = await readdir(folder, { recursive: true });
  const first = await start(view);
  expect(first.output.text).toMatch(GENERATED);
  const tokens = join(state, ".env");
  const saved = await readFile(tokens, "utf8");
  expect(saved).toMatch(/^OPENCLAW_GATEWAY_TOKEN=[0-9a-f]{48}\n$/);
  expect((await stat(tokens)).mode & 0o777).toBe(0o600);
  expect(first.output.text).not.toContain(saved.trim().split("=")[1]);

  const status = await user.openclaw(["gateway", "status", "--require-rpc", "--json"], { env });
  expect([status.code, JSON.parse(status.stdout)]).toMatchObject([0, { rpc: { ok: true } }]);
  await kill(first.child, "SIGTERM");
  expect(first.output.text).not.toContain("[reload]");
  const second = await start(view);
  expect(second.output.text).not.toContain("Generated");
  expect(await readFile(tokens, "utf8")).toBe(saved);
  expect(await readdir(folder, { recursive: true })).toEqual(before);
});

test("a configuration that is mounted read-only is followed when it is exchanged, and no client can write it", async (context) => {
  const view = await skipped(context);
  const { output } = await start(view);
  const path = join(folder, "openclaw.json");
  const text = await readFile(path, "utf8");
  const refused = await user.openclaw(["config", "set", "session.dmScope", "per-peer"], { env });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/Cannot write \S+: .*read-only/)]);
  expect(await readFile(path, "utf8")).toBe(text);

  await publish("..2", text.replace("} }", '}, session: { dmScope: "per-peer" } }'));
  await waitFor(output, /config change applied \(dynamic reads: session\)/);
});
