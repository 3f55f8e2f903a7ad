import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderUnit } from "@openclaw/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/gateway-process.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const obstacle = whyNoUserManager();
const title = `the service under a real systemd${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

/** The one JSON value a command printed. */
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

// One service goes through one life: each test goes on where the one before it ended.
describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  let port: number;
  let unitPath: string;

  beforeAll(async () => {
    user = await ManagedUser.create();
    port = await freePort();
    unitPath = join(user.home, ".config/systemd/user", UNIT);
  });
  afterAll(() => user?.[Symbol.asyncDispose]());

  const bootId = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    const body = (await answer?.json().catch(() => ({}))) as { instanceId?: string } | undefined;
    return body?.instanceId;
  };
  const mainPid = async () => Number(await user.property(UNIT, "MainPID"));
  const isAnswering = async () => (await bootId()) !== undefined;
  const crashReports = async () => {
    const folder = join(user.home, ".openclaw/crash");
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
    return Promise.all(
      names
        .sort()
        .map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as { reason: string }),
    );
  };

  test("says that there is no service before there is one", async () => {
    const { code, stdout } = await user.openclaw("gateway", "start", "--json");
    expect({ code, ...json(stdout) }).toMatchObject({
      code: 0,
      action: "start",
      ok: true,
      result: "not-loaded",
      message: "Gateway service disabled.",
      hints: ["openclaw gateway install", "openclaw gateway", `systemctl --user start ${UNIT}`],
      service: { label: "systemd", loaded: false, loadedText: "enabled", notLoadedText: "disabled" },
    });
  });

  test("installs on a fresh account; the gateway answers when the command ends", async () => {
    const { code, stdout, stderr } = await user.openclaw("gateway", "install", "--port", String(port));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("No gateway token found. Auto-generated one and saving to config.\n");
    expect(stdout).toContain(`Installed systemd service: ${unitPath}\n  Undo: rm ${unitPath}\n`);
    expect(await isAnswering()).toBe(true);
    expect(await user.property(UNIT, "Type")).toBe("notify");
    expect(await user.property(UNIT, "WatchdogUSec")).toBe("1min");
    expect(await user.property(UNIT, "StatusText")).toMatch(/^listening on ws:\/\/127\.0\.0\.1:/);
  });

  test("T-LOG-06 has no secret in the unit, in the command line or in the process's environment", async () => {
    const config = await readFile(join(user.home, ".openclaw/openclaw.json"), "utf8");
    const token = /"token":\s*"([0-9a-f]{48})"/.exec(config)?.[1] ?? "";
    expect(token).toHaveLength(48);
    const pid = await mainPid();
    for (const path of [unitPath, `/proc/${pid}/cmdline`, `/proc/${pid}/environ`]) {
      expect(await readFile(path, "utf8")).not.toContain(token);
    }
  });

  test("T-SVC-03 writes a unit that systemd itself finds nothing wrong with", async () => {
    const verified = await user.run("/usr/bin/systemd-analyze", "--user", "verify", unitPath);
    expect(verified).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("T-SVC-03 hands over every argument and variable as it is, whatever is in it", async () => {
    const seen = join(user.home, "seen.json");
    const script =
      "require('fs').writeFileSync(process.argv[1], JSON.stringify([process.argv.slice(2), process.env]))";
    const odd = [
      "a b",
      "",
      "$HOME",
      "${HOME}",
      "%n",
      "100%",
      "\\",
      '"',
      "'",
      ";",
      "#",
      "-x",
      "a\\sb",
      "~",
      "=",
      "é🦞",
    ];
    const environment = Object.fromEntries(odd.map((value, index) => [`ODD_${index}`, value]));
    const text = renderUnit(
      {
        description: "odd %n",
        program: [process.execPath, "-e", script, seen, ...odd],
        environment,
        stopTimeoutSec: 5,
      },
      { canNotify: false },
    );
    await writeFile(join(unitPath, "../odd.service"), text);
    await user.systemctl("daemon-reload");
    expect(await user.systemctl("start", "odd.service")).toMatchObject({ code: 0 });
    await user.until("the program has run", async () =>
      (await readFile(seen, "utf8").catch(() => "")).endsWith("]"),
    );
    await user.systemctl("stop", "odd.service");
    const [words, env] = JSON.parse(await readFile(seen, "utf8")) as [string[], Record<string, string>];
    expect(words).toEqual(odd);
    expect(env).toMatchObject(environment);
    expect(await user.property("odd.service", "Description")).toBe("odd %n");
    await rm(join(unitPath, "../odd.service"));
  });

  test("is not installed twice without being told to", async () => {
    const { code, stdout } = await user.openclaw("gateway", "install", "--port", String(port));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Gateway service already enabled.\nReinstall with: openclaw gateway install --force\n",
    });
  });

  test("is shown by status: enabled, running, nothing to complain about but the port nobody configured", async () => {
    await user.openclaw("config", "set", "gateway.port", String(port));
    // The restart for it comes a moment later; until then the status says that a change waits.
    await expect
      .poll(async () => (await user.openclaw("gateway", "status")).stderr, { timeout: 30_000 })
      .toBe("");
    const { code, stdout } = await user.openclaw("gateway", "status", "--json");
    expect({ code, ...json(stdout) }).toMatchObject({
      code: 0,
      service: {
        label: "systemd",
        loaded: true,
        command: {
          programArguments: [expect.any(String), expect.any(String), "gateway", "--port", String(port)],
          environment: { OPENCLAW_GATEWAY_PORT: String(port) },
          sourcePath: unitPath,
        },
        runtime: { status: "running", state: "active", subState: "running", pid: await mainPid() },
        configAudit: { ok: true, issues: [] },
      },
      gateway: { port, portSource: "service args" },
      rpc: { ok: true },
    });
    const text = await user.openclaw("gateway", "status");
    expect(text.stderr).toBe("");
    expect(text.stdout).toContain("Service: systemd (enabled)\n");
    expect(text.stdout).toMatch(
      /Runtime: running \(pid \d+, state active, sub running, last exit 0, reason 0\)\nRPC probe: ok\n/,
    );
  });

  test("restarts: another boot id answers when the command ends", async () => {
    const before = await bootId();
    const { code, stdout } = await user.openclaw("gateway", "restart");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Restarted systemd service: ${UNIT}\n` });
    expect(await bootId()).not.toBe(before);
    expect(await bootId()).toBeDefined();
  });

  test("comes back after a crash, and tells what killed it", async () => {
    await user.dropIn(UNIT, "[Service]\nRestartSec=200ms\n");
    const before = await bootId();
    process.kill(await mainPid(), "SIGKILL");
    await user.until("a new gateway answers", async () => ![undefined, before].includes(await bootId()));
    expect((await crashReports()).at(-1)?.reason).toBe("a signal killed it (signal killed KILL)");
  });

  test("is started anew when its event loop stands still, and the crash report says so", async () => {
    const stall = join(user.home, "stall.cjs");
    await writeFile(
      stall,
      'process.on("SIGWINCH", () => { const end = Date.now() + 10_000; while (Date.now() < end); });\n',
    );
    await user.dropIn(UNIT, `WatchdogSec=5\nEnvironment=NODE_OPTIONS=--require=${stall}\n`);
    await user.openclaw("gateway", "restart");
    const before = await bootId();
    // Longer than the watchdog's time: what pings is there.
    const restarts = await user.property(UNIT, "NRestarts");
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    expect([await bootId(), await user.property(UNIT, "NRestarts")]).toEqual([before, restarts]);
    process.kill(await mainPid(), "SIGWINCH");
    await user.until("a new gateway answers", async () => ![undefined, before].includes(await bootId()));
    expect((await crashReports()).at(-1)?.reason).toBe(
      "its event loop stood still and systemd's watchdog killed it (watchdog killed KILL)",
    );
  });

  test("stops: neither process nor port is left when the command ends", async () => {
    const pid = await mainPid();
    const { code, stdout } = await user.openclaw("gateway", "stop", "--json");
    expect({ code, ...json(stdout) }).toMatchObject({ code: 0, ok: true, result: "stopped" });
    await expect(stat(`/proc/${pid}`)).rejects.toThrow("ENOENT");
    expect(await isAnswering()).toBe(false);
    expect(await user.property(UNIT, "Result")).toBe("success");
    const { stderr } = await user.openclaw("gateway", "status");
    expect(stderr).toContain("Service is loaded but not running (it was stopped).\n");
    expect(stderr).toContain(`Logs: journalctl --user-unit ${UNIT} -n 200 --no-pager\n`);
  });

  test("is not tried again with a configuration that must change first", async () => {
    await user.openclaw("config", "set", "gateway.mode", "remote", "--force");
    const started = await user.openclaw("gateway", "start", "--json");
    expect({ code: started.code, ...json(started.stdout) }).toMatchObject({
      code: 1,
      action: "start",
      ok: false,
      error: `${UNIT} did not start (exit-code, exit code 78)`,
      hints: expect.arrayContaining(["openclaw config validate"]),
    });
    expect([await user.property(UNIT, "ActiveState"), await user.property(UNIT, "NRestarts")]).toEqual([
      "failed",
      "0",
    ]);
    const status = await user.openclaw("gateway", "status");
    expect(status.stderr).toContain("not running (exit code 78: the configuration must change first).");
    expect(status.stderr).toMatch(/^Last gateway error: Gateway start blocked: set gateway\.mode=local/m);
    await user.openclaw("config", "set", "gateway.mode", "local", "--force");
    expect((await user.openclaw("gateway", "start")).code).toBe(0);
    expect(await isAnswering()).toBe(true);
  });

  test("shows what drifted, and the command it prints mends it", async () => {
    const text = await readFile(unitPath, "utf8");
    await writeFile(unitPath, text.replace("RestartSec=5\n", "RestartSec=60\n").replace(":/usr/bin:", ":"));
    const drifted = json((await user.openclaw("gateway", "status", "--json")).stdout) as {
      service: { configAudit: { ok: boolean; issues: { code: string; fix: string }[] } };
    };
    const { ok, issues } = drifted.service.configAudit;
    expect(ok).toBe(false);
    expect(issues.map(({ code }) => code)).toEqual([
      "gateway-path-missing-dirs",
      "systemd-restart-sec",
      "systemd-reload-needed",
    ]);
    const [command = "", ...words] = issues[0]?.fix.split(" ") ?? [];
    expect(command).toBe("openclaw");
    expect((await user.openclaw(...words)).code).toBe(0);
    const mended = json((await user.openclaw("gateway", "status", "--json")).stdout);
    expect(mended).toMatchObject({ service: { configAudit: { ok: true, issues: [] } }, rpc: { ok: true } });
    expect(await readFile(`${unitPath}.bak`, "utf8")).toContain("RestartSec=60");
  });

  test("does not take a gateway that was started by hand for the service", async () => {
    await using other = await ManagedUser.create();
    const { code, stderr } = await other.openclaw("gateway", "install", "--port", String(port));
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Gateway install failed: Port ${port} is already in use by pid ${await mainPid()} `,
    );
    await expect(stat(join(other.home, ".config/systemd/user", UNIT))).rejects.toThrow("ENOENT");
  });

  test("is removed without a trace but the way back", async () => {
    const pid = await mainPid();
    const { code, stdout } = await user.openclaw("gateway", "uninstall");
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Stopped systemd service: ${UNIT}\nRemoved systemd service: ${unitPath}\n  Undo: mv `,
    );
    await expect(stat(`/proc/${pid}`)).rejects.toThrow("ENOENT");
    await expect(stat(unitPath)).rejects.toThrow("ENOENT");
    expect(await user.property(UNIT, "LoadState")).not.toBe("loaded");
    const undo = /Undo: (.*)/.exec(stdout)?.[1] ?? "";
    expect((await user.run("/bin/sh", "-c", undo)).code).toBe(0);
    await user.until("the gateway is back", isAnswering);
    expect((await user.openclaw("gateway", "uninstall", "--json")).code).toBe(0);
  });
});
