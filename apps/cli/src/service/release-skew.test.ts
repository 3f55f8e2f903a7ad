import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";

import { configFor, createTestSite, TOKEN, type TestSite } from "../testing/gateway.ts";

const UNIT = "openclaw-gateway.service";

/** Puts a service on file that runs the site's gateway by another installation of this program. */
async function addService(site: TestSite, release: string) {
  const folder = join(site.home, ".config/systemd/user");
  await mkdir(folder, { recursive: true });
  const command = `/usr/bin/node /opt/other/openclaw.js gateway --port ${site.gateway.port}`;
  await writeFile(
    join(folder, UNIT),
    `[Service]\nExecStart=${command}\nEnvironment=OPENCLAW_SERVICE_VERSION=${release}\n`,
  );
  const tools = await fakeTools();
  await tools.add("systemctl", {
    show: { stdout: "LoadState=loaded\nActiveState=active\nMainPID=4242\nUnitFileState=enabled\n" },
  });
  return tools;
}

describe("a running gateway of another release", () => {
  test("is told in one line with what to type: status, status --all, gateway status, and their JSON", async () => {
    await using site = await createTestSite({}, { version: "2026.10.0" });
    const text = "The running gateway is release 2026.10.0, this command is 2026.11.0.";
    const fix = "openclaw gateway --force";
    const line = `${text} Run: ${fix}\n`;
    expect((await site.openclaw(["gateway", "status"])).stderr).toBe(line);
    expect((await site.openclaw(["status"])).stdout).toContain(`\n${line}`);
    expect((await site.openclaw(["status", "--all"])).stdout).toContain(`! ${text}\n  Run: ${fix}\n`);
    const gateway = await site.openclaw(["gateway", "status", "--json"]);
    expect(JSON.parse(gateway.stdout)).toMatchObject({
      rpc: { version: "2026.10.0" },
      versionSkew: { text, fix },
    });
    const status = await site.openclaw(["status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ versionSkew: { text, fix } });
  });

  test("that a service keeps is replaced by installing that service again", async () => {
    await using site = await createTestSite({}, { version: "2026.10.0" });
    await using tools = await addService(site, "2026.10.0");
    const { stderr } = await site.openclaw(["gateway", "status"], { tools: tools.folder });
    expect(stderr).toContain(
      "The running gateway is release 2026.10.0, the service was installed by release 2026.10.0, this command is 2026.11.0. Run: openclaw gateway install --force\n",
    );
  });

  test("is told apart from a service that only was installed by one", async () => {
    await using site = await createTestSite();
    await using tools = await addService(site, "2026.10.0");
    const { stdout } = await site.openclaw(["status"], { tools: tools.folder });
    expect(stdout).toContain(
      "\nThe service was installed by release 2026.10.0, this command is 2026.11.0. Run: openclaw gateway install --force\n",
    );
  });

  test("that is newer is not replaced by an older one: its own command is named", async () => {
    await using site = await createTestSite({}, { version: "2027.1.0" });
    await using tools = await addService(site, "2027.1.0");
    const { stdout } = await site.openclaw(["status"], { tools: tools.folder });
    expect(stdout).toContain(
      "The running gateway is release 2027.1.0, the service was installed by release 2027.1.0, this command is 2026.11.0. Run: /usr/bin/node /opt/other/openclaw.js gateway status\n",
    );
  });

  test("on another machine is for that machine to mend", async () => {
    await using site = await createTestSite({}, { version: "2026.10.0" });
    await site.configure({ gateway: { mode: "remote", remote: { url: site.gateway.url, token: TOKEN } } });
    const { stdout } = await site.openclaw(["status"]);
    expect(stdout).toContain(
      "The gateway there is release 2026.10.0, this command is 2026.11.0. Install the same on both machines.\n",
    );
  });

  test("is not told of one of the same release", async () => {
    await using site = await createTestSite();
    await site.configure(configFor(site.gateway.port));
    const { stdout } = await site.openclaw(["status"]);
    expect(stdout).not.toContain("this command is");
    const { stdout: json } = await site.openclaw(["gateway", "status", "--json"]);
    expect(JSON.parse(json)).not.toHaveProperty("versionSkew");
  });
});
