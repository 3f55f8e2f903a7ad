import { type ChildProcess } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { changedFiles, filesBelow } from "@openclaw/cli/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  collect,
  type CommandResult,
  freePort,
  hasTerminal,
  kill,
  TemporaryUser,
  waitFor,
} from "../support/gateway-process.ts";
import { instanceId } from "../support/instance-id.ts";
import { Terminal } from "../support/terminal.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const HERE = ["onboard", "--non-interactive", "--accept-risk"];
const json = ({ stdout }: CommandResult) => JSON.parse(stdout) as Record<string, unknown>;

/** What a gateway and the connections to it write of themselves is none of a command's. */
async function filesOf(home: string): Promise<ReadonlyMap<string, string>> {
  const found = await filesBelow(home);
  const own = /^\.openclaw\/((openclaw\.json\.)?gateway\.|logs|config-history|workspace\/\.openclaw)/;
  return new Map([...found].filter(([path]) => !own.test(path)));
}

describe("a gateway in the foreground", () => {
  let user: TemporaryUser;
  let port: number;
  let gateway: ChildProcess;

  const start = async () => {
    gateway = user.spawn(["gateway"]);
    await waitFor(collect(gateway), /log file: /);
  };
  const onboard = (...words: string[]) =>
    user.openclaw([...HERE, "--gateway-port", String(port), ...words, "--json"]);

  beforeAll(async () => {
    user = await TemporaryUser.create();
    port = await freePort();
  });
  afterAll(() => user?.[Symbol.asyncDispose]());

  test("starts with what onboard wrote, and is then seen to be healthy", async () => {
    expect(json(await onboard())).toMatchObject({ ok: true, created: true, health: "not_running" });
    await start();
    expect(json(await onboard())).toMatchObject({
      created: false,
      changedPaths: [],
      health: "healthy",
      next: ["openclaw status", "openclaw dashboard"],
    });
  });

  test("is left as it is by the same line typed again, and so is everything on disk", async () => {
    const [before, id] = [await filesOf(user.home), await instanceId(port)];
    expect((await onboard()).code).toBe(0);
    expect(changedFiles(before, await filesOf(user.home))).toEqual([]);
    expect(await instanceId(port)).toBe(id);
  });

  test("takes a change of configure over, and is waited for while it restarts", async () => {
    const id = await instanceId(port);
    const words = ["configure", "--non-interactive", "--gateway-token", "a-token-of-24-characters"];
    const changed = await user.openclaw([...words, "--json"]);
    expect(json(changed)).toMatchObject({ changedPaths: ["gateway.auth.token"], health: "healthy" });
    // Another way of listening takes a restart.
    const bound = await user.openclaw(["configure", "--non-interactive", "--gateway-bind", "auto", "--json"]);
    expect(json(bound)).toMatchObject({ changedPaths: ["gateway.bind"], health: "healthy" });
    expect(await instanceId(port)).not.toBe(id);
  });

  test.each([
    [["reset", "--scope", "full", "--yes", "--json"]],
    [["reset", "--scope", "config", "--yes", "--delete", "--json"]],
    [["uninstall", "--state", "--yes", "--json"]],
    [[...HERE, "--reset", "--json"]],
  ])("%j is refused while it runs, and touches nothing", async (words) => {
    const before = await filesOf(user.home);
    const refused = await user.openclaw(words);
    expect(refused.code).toBe(1);
    expect(json(refused)).toMatchObject({
      ok: false,
      error: {
        code: "gateway_running",
        message: expect.stringMatching(/refused: gateway already running \(pid \d+, port \d+\)$/),
        hint: "openclaw gateway stop, or Ctrl-C where it runs",
      },
    });
    expect(changedFiles(before, await filesOf(user.home))).toEqual([]);
  });

  test("that crashed leaves nothing behind after a reset of everything: the next start is a first one", async () => {
    await kill(gateway, "SIGKILL");
    const { moved } = json(await user.openclaw(["reset", "--scope", "full", "--yes", "--json"])) as {
      moved: { path: string; to: string }[];
    };
    await expect(stat(join(user.home, ".openclaw"))).rejects.toThrow("ENOENT");
    const store = moved.find(({ path }) => path.endsWith("gateway.sqlite"));
    expect((await stat(store?.to ?? "")).isFile()).toBe(true);
    gateway = user.spawn(["gateway", "--port", String(port)]);
    await waitFor(collect(gateway), /First start: wrote .*openclaw\.json with gateway\.mode=local/);
  });
});

describe("a gateway of another state folder", () => {
  test("that works in a workspace of ours keeps it from being moved", async () => {
    await using user = await TemporaryUser.create();
    const env = {
      OPENCLAW_STATE_DIR: join(user.home, "other"),
      OPENCLAW_CONFIG_PATH: join(user.home, "other/openclaw.json"),
      OPENCLAW_GATEWAY_PORT: String(await freePort()),
    };
    const workspace = join(user.home, ".openclaw/workspace");
    await user.openclaw([...HERE, "--workspace", workspace, "--skip-health"], { env });
    const other = user.spawn(["gateway"], env);
    await waitFor(collect(other), /log file: /);
    for (const words of [
      ["reset", "--scope", "full"],
      ["uninstall", "--workspace"],
    ]) {
      const refused = await user.openclaw([...words, "--yes"]);
      expect(refused.code).toBe(1);
      const who = `another gateway (pid ${other.pid}, port ${env.OPENCLAW_GATEWAY_PORT})`;
      expect(refused.stderr).toContain(`refused: ${who} holds ~/.openclaw/workspace/.openclaw/gateway.lock`);
    }
    expect((await stat(workspace)).isDirectory()).toBe(true);
  });
});

describe.skipIf(!hasTerminal)(
  `onboard on a terminal${hasTerminal ? "" : " (skipped: no script program)"}`,
  () => {
    const at = (user: TemporaryUser, ...words: string[]) => new Terminal(user.spawnOnTerminal(words));

    test("shows no letter of a password, and saves what was typed", async () => {
      await using user = await TemporaryUser.create();
      const port = String(await freePort());
      const terminal = at(user, "onboard", "--accept-risk", "--skip-daemon", "--gateway-port", port);
      for (const [question, keys] of [
        [/elsewhere \(remote\)\? \[local\]/, ""],
        [/Who may reach it/, ""],
        [/token or password\?/, "password"],
        [/The password\?/, "a-password-nobody-sees"],
        [/Folder of the agent\? \[~\/\.openclaw\/workspace\]/, ""],
        [/Save this\? \[Y\/n\]/, ""],
      ] as const) {
        await terminal.see(question);
        terminal.press(`${keys}\r`);
      }
      expect(await terminal.ended).toBe(0);
      expect(terminal.text).toContain("Wrote ~/.openclaw/openclaw.json");
      expect(terminal.text).not.toContain("a-password-nobody-sees");
      const text = await readFile(join(user.home, ".openclaw/openclaw.json"), "utf8");
      expect(JSON.parse(text)).toMatchObject({
        gateway: { auth: { mode: "password", password: "a-password-nobody-sees" } },
      });
    });

    test("ends with 130 at Ctrl-C, without a stack and with nothing written", async () => {
      await using user = await TemporaryUser.create();
      const terminal = at(user, "onboard");
      await terminal.see(/Go on\? \[y\/N\]/);
      expect(await terminal.interrupt()).toBe(130);
      expect(terminal.text).toMatch(/Interrupted\.\n$/);
      expect([...(await filesBelow(user.home)).keys()]).toEqual([]);
    });
  },
);

const obstacle = whyNoUserManager();
const title = `a service under a real systemd${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

// One account goes through one life: each test goes on where the one before it ended.
describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  let port: number;
  const unit = "openclaw-gateway.service";

  beforeAll(async () => {
    user = await ManagedUser.create();
    port = await freePort();
  });
  afterAll(() => user?.[Symbol.asyncDispose]());
  const onboard = (...words: string[]) =>
    user.openclaw(...HERE, "--install-daemon", "--gateway-port", String(port), ...words);

  test("is installed by onboard on a fresh account, and healthy when that ends", async () => {
    const { code, stdout } = await onboard();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Wrote ~\/\.openclaw\/openclaw\.json: gateway\.mode, [^]*Installed systemd service: /,
    );
    expect(stdout).toContain(`Gateway healthy at ws://127.0.0.1:${port}.\n`);
    expect(await user.property(unit, "ActiveState")).toBe("active");
  });

  test("stays as it is when the same is typed again: no file changes, nothing restarts", async () => {
    const [before, id] = [await filesOf(user.home), await instanceId(port)];
    expect(json(await onboard("--json"))).toMatchObject({
      changedPaths: [],
      service: { result: "already-installed", steps: [] },
      health: "healthy",
    });
    expect(changedFiles(before, await filesOf(user.home))).toEqual([]);
    expect(await instanceId(port)).toBe(id);
  });

  test("is started when it lay still, and installed anew for another port", async () => {
    await user.systemctl("stop", unit);
    expect(json(await onboard("--json"))).toMatchObject({
      service: { result: "started" },
      health: "healthy",
    });
    port = await freePort();
    expect(json(await onboard("--json"))).toMatchObject({
      changedPaths: ["gateway.port"],
      service: { result: "installed" },
      health: "healthy",
    });
    expect(await readFile(join(user.home, ".config/systemd/user", unit), "utf8")).toContain(
      `--port ${port}\n`,
    );
    expect(await instanceId(port)).toEqual(expect.any(String));
  });

  test("keeps reset from moving its state, and names what stops it", async () => {
    const { code, stderr } = await user.openclaw("reset", "--scope", "config", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("Next: openclaw gateway stop, or Ctrl-C where it runs\n");
  });

  test("goes with uninstall: stopped, removed, the port free, the files moved aside", async () => {
    const { code, stdout, stderr } = await user.openclaw("uninstall", "--all", "--yes");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Stopped systemd service: .*\nRemoved systemd service: .*\n {2}Undo: /);
    expect(await user.property(unit, "ActiveState")).toBe("inactive");
    expect(await instanceId(port)).toBeUndefined();
    await expect(stat(join(user.home, ".openclaw"))).rejects.toThrow("ENOENT");
    expect(json(await user.openclaw("uninstall", "--all", "--yes", "--json"))).toMatchObject({
      service: false,
      moved: [],
    });
  });
});
