import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fakeTools } from "@openclaw/service/testing";
import { expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { configFor, freePort } from "../testing/gateway.ts";

/** What `gateway status` says of a service of which systemd tells this. */
async function whyNotRunning(properties: string): Promise<string | undefined> {
  await using home = await createTestHome();
  await using tools = await fakeTools();
  const shown = ["LoadState=loaded", "UnitFileState=enabled", ...properties.split(" ")].join("\n");
  await tools.add("systemctl", { show: { stdout: `${shown}\n` } });
  await home.configure(configFor(await freePort()));
  const folder = join(home.home, ".config/systemd/user");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "openclaw-gateway.service"),
    "[Service]\nExecStart=/usr/bin/node /x.js gateway\n",
  );
  const { stderr } = await home.openclaw(["gateway", "status"], { tools: tools.folder });
  return /^Service is loaded but not running \((.*)\)\.$/m.exec(stderr)?.[1];
}

test.each([
  ["ActiveState=inactive ExecMainStatus=0 Result=success", "it was stopped"],
  ["ActiveState=activating ExecMainStatus=0 Result=success", "it is starting"],
  ["ActiveState=activating ExecMainStatus=1 Result=exit-code", "ended by exit-code"],
  ["ActiveState=deactivating ExecMainStatus=0 Result=success", "it is stopping"],
  ["ActiveState=failed ExecMainStatus=1 Result=signal", "ended by signal"],
  [
    "ActiveState=failed ExecMainStatus=78 Result=exit-code",
    "exit code 78: the configuration must change first",
  ],
  [
    "ActiveState=failed ExecMainStatus=1 Result=start-limit-hit",
    "it failed too often; starting it by hand begins anew",
  ],
  ["ActiveState=inactive", "likely exited immediately"],
])("a service of which systemd says %s: %s", async (properties, why) => {
  expect(await whyNotRunning(properties)).toBe(why);
});
