import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, freePort, kill, waitFor } from "../support/gateway-process.ts";
import { instanceId } from "../support/instance-id.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const obstacle = whyNoUserManager();
const title = `a second instance beside a supervised one${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

// One service goes through one life: each test goes on where the one before it ended.
describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  let port: number;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    user = await ManagedUser.create();
    port = await freePort();
    expect(await user.openclaw("gateway", "install", "--port", String(port))).toMatchObject({ code: 0 });
    await user.dropIn(UNIT, "[Service]\nRestartSec=200ms\n");
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => kill(child, "SIGKILL")));
    await user?.[Symbol.asyncDispose]();
  });

  const start = (...flags: readonly string[]) => {
    const [program = "", ...args] = user.command("gateway", "--port", String(port), ...flags);
    const child = spawn(program, args, { env: user.environment, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    return { child, output: collect(child) };
  };
  const bootId = () => instanceId(port);
  const restarts = () => user.property(UNIT, "NRestarts");

  test("by hand: is told about the service and how to stop it, and the service goes on", async () => {
    const before = await bootId();
    const { code, stderr } = await user.openclaw("gateway", "--port", String(port));
    expect(code).toBe(1);
    expect(stderr).toContain(`another gateway instance is already listening on ws://127.0.0.1:${port}`);
    expect(stderr).toContain("EADDRINUSE");
    expect(stderr).toContain(`- pid ${await user.property(UNIT, "MainPID")} `);
    expect(stderr).toContain(
      `Gateway service appears enabled. Stop it first.\nTip: openclaw gateway stop\nOr: systemctl --user stop ${UNIT}\n`,
    );
    expect([await bootId(), await restarts()]).toEqual([before, "0"]);
  });

  test("on another port: is told that the state folder has its gateway, and the same about the service", async () => {
    const elsewhere = String(await freePort());
    const { code, stderr } = await user.openclaw("gateway", "--port", elsewhere);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Gateway failed to start: gateway already running (pid ${await user.property(UNIT, "MainPID")}, port ${port})`,
    );
    expect(stderr).toContain("Gateway service appears enabled. Stop it first.");
  });

  test("by force: takes the port; the service is started once more, sees who has it, and gives up", async () => {
    const { output } = start("--force");
    await waitFor(output, /log file: /);
    const taken = await bootId();
    await user.until(
      "the service gave up",
      async () => (await user.property(UNIT, "ActiveState")) === "failed",
    );
    expect([await user.property(UNIT, "ExecMainStatus"), await restarts(), await bootId()]).toEqual([
      "78",
      "1",
      taken,
    ]);
    const { stderr } = await user.openclaw("gateway", "status");
    expect(stderr).toContain("Service is loaded but not running (exit code 78: its port was taken already).");
  });

  test("supervised, started beside one by hand: exits 78 and is not tried again", async () => {
    const taken = await bootId();
    expect((await user.systemctl("reset-failed", UNIT)).code).toBe(0);
    await user.systemctl("start", UNIT);
    await user.until(
      "the service gave up",
      async () => (await user.property(UNIT, "ActiveState")) === "failed",
    );
    expect([await user.property(UNIT, "ExecMainStatus"), await restarts(), await bootId()]).toEqual([
      "78",
      "0",
      taken,
    ]);
  });
});
