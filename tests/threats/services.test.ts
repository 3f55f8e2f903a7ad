import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort, TemporaryUser } from "../support/gateway-process.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const obstacle = whyNoUserManager();
const title = `an installed service${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

describe("commands on services", () => {
  test("T-SVC-05 run no program that PATH puts before the system's", async () => {
    await using user = await TemporaryUser.create();
    const evil = join(user.home, "evil");
    const trace = join(user.home, "was-here");
    await mkdir(evil);
    for (const tool of ["systemctl", "loginctl", "journalctl", "systemd-notify", "node", "sh"]) {
      await writeFile(join(evil, tool), `#!/bin/sh\necho ${tool} >> ${trace}\n`);
      await chmod(join(evil, tool), 0o755);
    }
    const units = join(user.home, ".config/systemd/user");
    await mkdir(units, { recursive: true });
    await writeFile(join(units, UNIT), "[Service]\nExecStart=/usr/bin/node /x gateway\n");
    const env = { PATH: `${evil}:/usr/bin:/bin` };
    for (const verb of ["status", "install", "start", "stop", "restart", "uninstall"]) {
      await user.openclaw(["gateway", verb, "--json"], { env });
    }
    expect(existsSync(trace)).toBe(false);
  });
});

describe.skipIf(obstacle !== undefined)(title, () => {
  test("T-LOG-06 shows its token to nobody: neither in the unit nor in the list of processes", async () => {
    await using user = await ManagedUser.create();
    const token = "token-that-nobody-may-see-0001";
    const port = String(await freePort());
    expect((await user.openclaw("gateway", "install", "--port", port, "--token", token)).code).toBe(0);
    const pid = await user.property(UNIT, "MainPID");
    const units = join(user.home, ".config/systemd/user");
    const files = (await readdir(units)).filter((name) => name.startsWith("openclaw"));
    expect(files).toContain(UNIT);
    const shown = [...files.map((name) => join(units, name)), `/proc/${pid}/cmdline`, `/proc/${pid}/environ`];
    for (const path of shown) expect(await readFile(path, "utf8")).not.toContain(token);
    // It counts all the same.
    const answer = await user.openclaw("gateway", "--port", port, "call", "health", "--token", token);
    expect(answer.code).toBe(0);
  });

  test("T-SVC-03 starts nothing that came in by a line end in a variable", async () => {
    await using user = await ManagedUser.create();
    const trace = join(user.home, "was-here");
    const evil = `${user.home}/state\nExecStartPre=/usr/bin/touch ${trace}`;
    const port = String(await freePort());
    const { code, stdout } = await user.run(
      "/usr/bin/env",
      `OPENCLAW_STATE_DIR=${evil}`,
      ...user.command("gateway", "install", "--port", port, "--json"),
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: "systemd Environment OPENCLAW_STATE_DIR cannot contain CR or LF characters.",
    });
    expect(existsSync(join(user.home, ".config/systemd/user", UNIT))).toBe(false);
    // Not even a configuration is written for a service that cannot be.
    expect(existsSync(evil)).toBe(false);
    expect(existsSync(trace)).toBe(false);
  });
});
