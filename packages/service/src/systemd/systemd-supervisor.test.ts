import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ServiceError } from "../errors.ts";
import type { ServiceDefinition } from "../supervisor.ts";
import { type FakeAnswer, type FakeTools, fakeTools } from "../testing/fake-tools.ts";
import { enableLinger, readLinger } from "./linger.ts";
import { SystemdSupervisor } from "./systemd-supervisor.ts";

const UNIT = "openclaw-gateway.service";
const DEFINITION: ServiceDefinition = {
  description: "OpenClaw Gateway",
  program: ["/usr/bin/node", "/usr/local/bin/openclaw", "gateway", "--port", "18789"],
  environment: { HOME: "/srv/me" },
  stopTimeoutSec: 30,
};
const RUNNING =
  "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4242\nExecMainStatus=0\nExecMainCode=0\nResult=success\nNRestarts=0\nUnitFileState=enabled\nNeedDaemonReload=no\n";
const FAILED =
  "LoadState=loaded\nActiveState=failed\nSubState=failed\nMainPID=0\nExecMainStatus=78\nExecMainCode=1\nResult=exit-code\nUnitFileState=enabled\n";

interface Site extends AsyncDisposable {
  readonly home: string;
  readonly path: string;
  readonly tools: FakeTools;
  readonly supervisor: SystemdSupervisor;
  readonly systemUnits: string;
}

async function siteWith(
  systemctl: Readonly<Record<string, FakeAnswer>> = {},
  { hasNotify = true, env = {} }: { hasNotify?: boolean; env?: Record<string, string> } = {},
): Promise<Site> {
  const home = await mkdtemp(join(tmpdir(), "openclaw-home-"));
  const tools = await fakeTools();
  await tools.add("systemctl", { show: { stdout: RUNNING }, ...systemctl });
  if (hasNotify) await tools.add("systemd-notify");
  const systemUnits = join(home, "etc");
  const supervisor = new SystemdSupervisor({
    unit: UNIT,
    home,
    env,
    uid: 4_000_000,
    toolFolders: [tools.folder],
    systemUnitFolders: [systemUnits],
  });
  const path = join(home, ".config/systemd/user", UNIT);
  const dispose = async () => {
    await tools[Symbol.asyncDispose]();
    await rm(home, { recursive: true });
  };
  return { home, path, tools, supervisor, systemUnits, [Symbol.asyncDispose]: dispose };
}

describe("SystemdSupervisor", () => {
  test("installs: writes the unit, then reload, enable, restart; each step with its undo", async () => {
    await using site = await siteWith();
    const steps = await site.supervisor.install(DEFINITION);
    expect(await site.tools.calls()).toEqual([
      "systemctl --user status --no-pager",
      "systemctl --user daemon-reload",
      `systemctl --user enable ${UNIT}`,
      `systemctl --user reset-failed ${UNIT}`,
      `systemctl --user restart ${UNIT}`,
    ]);
    expect(steps).toEqual([
      { text: `Installed systemd service: ${site.path}`, undo: `rm ${site.path}` },
      { text: "Enabled: starts with your session", undo: `systemctl --user disable ${UNIT}` },
      { text: `Started systemd service: ${UNIT}`, undo: `systemctl --user stop ${UNIT}` },
    ]);
    expect(await readFile(site.path, "utf8")).toContain("Type=notify\n");
    expect(await site.supervisor.readCommand()).toEqual({
      programArguments: DEFINITION.program,
      environment: { HOME: "/srv/me" },
      sourcePath: site.path,
    });
  });

  test("keeps the unit that was there, and says how to get it back", async () => {
    await using site = await siteWith();
    await mkdir(join(site.path, ".."), { recursive: true });
    await writeFile(site.path, "[Service]\nExecStart=/by/hand\n");
    const steps = await site.supervisor.install(DEFINITION);
    expect(steps).toContainEqual({
      text: `Previous unit backed up to: ${site.path}.bak`,
      undo: `mv ${site.path}.bak ${site.path}`,
    });
    expect(await readFile(`${site.path}.bak`, "utf8")).toContain("/by/hand");
  });

  test("writes a unit without notification where there is no systemd-notify", async () => {
    await using site = await siteWith({}, { hasNotify: false });
    await site.supervisor.install(DEFINITION);
    expect(await readFile(site.path, "utf8")).toContain("Type=exec\n");
    expect(site.supervisor.canNotify).toBe(false);
  });

  test("T-SVC-03 touches nothing when a value cannot be written", async () => {
    await using site = await siteWith();
    const evil = { ...DEFINITION, environment: { HOME: "/srv/me\nExecStartPre=/bin/evil" } };
    await expect(site.supervisor.install(evil)).rejects.toMatchObject({ code: "invalid_value" });
    expect(await site.tools.calls()).toEqual([]);
    await expect(stat(site.path)).rejects.toThrow("ENOENT");
  });

  test("T-SVC-05 calls the system's tools with a clean environment, whatever PATH says", async () => {
    const env = { PATH: "/tmp/evil", LD_PRELOAD: "/tmp/evil.so", XDG_RUNTIME_DIR: "/run/me", SECRET: "x" };
    await using site = await siteWith({}, { env });
    await site.supervisor.stop();
    const seen = await site.tools.environment();
    expect(seen).toContain(`PATH=${site.tools.folder}`);
    expect(seen).toContain("XDG_RUNTIME_DIR=/run/me");
    expect(seen.join("\n")).not.toMatch(/evil|SECRET/);
  });

  test("never fights a unit of the machine that starts the same gateway", async () => {
    await using site = await siteWith();
    await mkdir(site.systemUnits);
    await writeFile(join(site.systemUnits, UNIT), "[Service]\nExecStart=/usr/bin/openclaw gateway\n");
    await expect(site.supervisor.install(DEFINITION)).rejects.toMatchObject({
      code: "foreign",
      hints: [
        `use that one: sudo systemctl restart ${UNIT}`,
        expect.stringContaining("sudo systemctl disable"),
      ],
    });
    await expect(stat(site.path)).rejects.toThrow("ENOENT");
    expect(await site.supervisor.systemUnits()).toMatchObject([{ label: UNIT, scope: "system" }]);
  });

  test("says which steps were made when a later one is refused", async () => {
    await using site = await siteWith({ enable: { code: 1, stderr: "Access denied" } });
    const failure = await site.supervisor.install(DEFINITION).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: "refused",
      message: "systemctl enable failed: Access denied",
      done: [{ undo: `rm ${site.path}` }],
    });
  });

  test("says why a service does not come up: exit code 78 leads to the configuration", async () => {
    const reason = "Gateway start blocked: set gateway.mode=local";
    await using site = await siteWith({
      restart: { code: 1, stderr: "Job for openclaw-gateway.service failed." },
      show: { stdout: FAILED },
    });
    await site.tools.add("journalctl", { [UNIT]: { stdout: `${reason}\n` } });
    await expect(site.supervisor.restart()).rejects.toMatchObject({
      code: "not_started",
      message: `${UNIT} did not start (exit-code, exit code 78)`,
      hints: [reason, "openclaw config validate", site.supervisor.logCommand],
    });
  });

  test("starts, stops and restarts by one command each; a start by hand is not counted as a failure", async () => {
    await using site = await siteWith();
    expect(await site.supervisor.start()).toEqual([
      { text: `Started systemd service: ${UNIT}`, undo: `systemctl --user stop ${UNIT}` },
    ]);
    expect(await site.supervisor.stop()).toEqual([
      { text: `Stopped systemd service: ${UNIT}`, undo: `systemctl --user start ${UNIT}` },
    ]);
    expect(await site.supervisor.restart()).toEqual([{ text: `Restarted systemd service: ${UNIT}` }]);
    const verbs = (await site.tools.calls()).map((call) => call.split(" ")[2]);
    expect(verbs).toEqual([
      "status",
      "reset-failed",
      "start",
      "status",
      "stop",
      "status",
      "reset-failed",
      "restart",
    ]);
  });

  test("uninstalls, keeps the text for who wants it back, and is content when there is nothing", async () => {
    await using site = await siteWith();
    await site.supervisor.install(DEFINITION);
    const steps = await site.supervisor.uninstall();
    expect(steps.map(({ text }) => text)).toEqual([
      `Stopped systemd service: ${UNIT}`,
      `Removed systemd service: ${site.path}`,
    ]);
    expect(steps[1]?.undo).toContain(`mv ${site.path}.bak ${site.path}`);
    await expect(stat(site.path)).rejects.toThrow("ENOENT");
    expect((await site.supervisor.uninstall()).at(-1)?.text).toBe(
      `Systemd service not found at ${site.path}`,
    );
  });

  test.each([
    [
      "active",
      RUNNING,
      {
        status: "running",
        state: "active",
        subState: "running",
        pid: 4242,
        lastExitStatus: 0,
        lastExitReason: "0",
      },
    ],
    [
      "failed",
      FAILED,
      { status: "stopped", state: "failed", lastExitStatus: 78, lastRunResult: "exit-code" },
    ],
    [
      "unknown to systemd",
      "LoadState=not-found\nActiveState=inactive\n",
      { status: "stopped", missingUnit: true },
    ],
    ["silent", "", { status: "unknown" }],
  ])("reads a service that is %s", async (_what, stdout, expected) => {
    await using site = await siteWith({ show: { stdout } });
    expect(await site.supervisor.readRuntime()).toMatchObject(expected);
  });

  test("looks at everything with one question, and tells when systemd goes by an older text", async () => {
    await using site = await siteWith({ show: { stdout: RUNNING.replace("Reload=no", "Reload=yes") } });
    expect(await site.supervisor.look()).toMatchObject({
      loaded: true,
      command: undefined,
      runtime: { status: "running" },
      needsReload: true,
    });
    expect(await site.tools.calls()).toHaveLength(1);
  });

  test.each([
    [
      "no manager of this user",
      "Failed to connect to bus: No medium found",
      {},
      "systemctl --user unavailable: Failed to connect to bus: No medium found",
      "sudo loginctl enable-linger me",
    ],
    [
      "a manager that is down",
      "Failed to connect to bus: Connection refused",
      { XDG_RUNTIME_DIR: "/run/me" },
      "systemctl --user unavailable: Failed to connect to bus: Connection refused",
      "sudo systemctl start user@4000000.service",
    ],
    [
      "a container",
      "System has not been booted with systemd as init system (PID 1). Can't operate.",
      {},
      "systemctl --user unavailable: System has not been booted",
      "in a container let the container be the supervisor: openclaw gateway",
    ],
  ])("tells %s from the others, with what to do", async (_what, stderr, env, message, hint) => {
    await using site = await siteWith({ status: { code: 1, stderr } }, { env: { USER: "me", ...env } });
    const failure: unknown = await site.supervisor.install(DEFINITION).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unavailable", message: expect.stringContaining(message) });
    expect(failure instanceof ServiceError ? failure.hints.join("\n") : "").toContain(hint);
    await expect(stat(site.path)).rejects.toThrow("ENOENT");
  });

  test("tells a machine without systemd", async () => {
    await using site = await siteWith();
    await rm(join(site.tools.folder, "systemctl"));
    await expect(site.supervisor.stop()).rejects.toMatchObject({
      code: "unavailable",
      message: "systemctl not available; systemd user services are required on Linux.",
    });
    expect(await site.supervisor.readRuntime()).toMatchObject({ status: "stopped", missingUnit: true });
  });

  test("finds other gateways among the user's units, but not our own", async () => {
    await using site = await siteWith();
    await site.supervisor.install(DEFINITION);
    const folder = join(site.path, "..");
    await writeFile(join(folder, "moltbot-gateway.service"), "[Service]\nExecStart=/x\n");
    await writeFile(join(folder, "mine.service"), "[Service]\nExecStart=/opt/openclaw/run\n");
    // The home of this test has the word in its path, as that of a user with this name has.
    await writeFile(join(folder, "mail.service"), `[Service]\nExecStart=${site.home}/bin/mail\n`);
    expect(await site.supervisor.otherUserUnits()).toMatchObject([
      { label: "mine.service", marker: "openclaw", legacy: false, scope: "user" },
      {
        label: "moltbot-gateway.service",
        marker: "moltbot",
        legacy: true,
        detail: `unit: ${folder}/moltbot-gateway.service`,
      },
    ]);
  });
});

describe("readLinger", () => {
  test.each([
    ["Linger=yes\n", 0, true],
    ["Linger=no\n", 0, false],
    ["", 1, undefined],
    ["Linger=perhaps\n", 0, undefined],
  ])("reads %j, exit code %d, as %s", async (stdout, code, isOn) => {
    await using tools = await fakeTools();
    await tools.add("loginctl", { "show-user": { stdout, code } });
    const linger = await readLinger({
      env: { USER: "me" },
      home: "/srv/me",
      uid: 7,
      toolFolders: [tools.folder],
    });
    expect(linger).toEqual({ user: "me", isOn, fix: "sudo loginctl enable-linger me" });
    expect(await tools.calls()).toEqual(["loginctl show-user me -p Linger"]);
  });
});

describe("enableLinger", () => {
  const DIRECT = "loginctl --no-ask-password enable-linger me";
  test.each([
    ["is done by this user where that is allowed", 7, 0, 1, true, [DIRECT]],
    ["is done by sudo otherwise", 7, 1, 0, true, [DIRECT, `sudo -n ${DIRECT}`]],
    ["is not done where both refuse", 7, 1, 1, false, [DIRECT, `sudo -n ${DIRECT}`]],
    ["needs no sudo for root", 0, 1, 0, false, [DIRECT]],
  ])("%s", async (_what, uid, direct, sudo, isOn, calls) => {
    await using tools = await fakeTools();
    await tools.add("loginctl", { "enable-linger": { code: direct } });
    await tools.add("sudo", { loginctl: { code: sudo } });
    const host = { env: { USER: "me" }, home: "/srv/me", uid, toolFolders: [tools.folder] };
    expect(await enableLinger(host)).toBe(isOn);
    expect(await tools.calls()).toEqual(calls);
  });
});

describe("neighbours", () => {
  test("are the units that this program installed for other profiles, with what they run", async () => {
    await using site = await siteWith();
    await site.supervisor.install(DEFINITION);
    const folder = join(site.path, "..");
    const ours =
      "[Service]\nExecStart=/usr/bin/node /x gateway --port 19789\nEnvironment=OPENCLAW_SERVICE_MARKER=openclaw OPENCLAW_SERVICE_KIND=gateway OPENCLAW_PROFILE=b\n";
    await writeFile(join(folder, "my-own-name.service"), ours);
    await writeFile(join(folder, "openclaw-notes.service"), "[Service]\nExecStart=/usr/bin/openclaw-notes\n");
    await writeFile(join(folder, "openclaw-gateway-empty.service"), "");
    expect(await site.supervisor.neighbours()).toEqual([
      {
        name: "my-own-name.service",
        command: {
          programArguments: ["/usr/bin/node", "/x", "gateway", "--port", "19789"],
          environment: expect.objectContaining({ OPENCLAW_PROFILE: "b" }),
          sourcePath: join(folder, "my-own-name.service"),
        },
      },
    ]);
  });

  test("are none where no folder of units is", async () => {
    await using site = await siteWith();
    expect(await site.supervisor.neighbours()).toEqual([]);
  });
});
