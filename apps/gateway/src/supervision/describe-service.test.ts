import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { resolvePaths } from "@openclaw/config";
import { type FakeAnswer, fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { describeService } from "./describe-service.ts";

interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  readonly systemctl?: Readonly<Record<string, FakeAnswer>>;
  /** Name of the unit on file; `null` for none. */
  readonly unit?: string | null;
}

async function describeIn({ env = {}, systemctl = {}, unit }: Situation) {
  await using home = await temporaryFolder();
  await using tools = await fakeTools();
  await tools.add("systemctl", systemctl);
  const folder = join(home.path, ".config/systemd/user");
  await mkdir(folder, { recursive: true });
  if (unit !== null)
    await writeFile(
      join(folder, unit ?? "openclaw-gateway.service"),
      "[Service]\nExecStart=/usr/bin/node /x/openclaw.js gateway\n",
    );
  const paths = resolvePaths({ env: { HOME: home.path, ...env }, homeDir: home.path, cwd: home.path });
  const lines = await describeService({ env, paths, platform: "linux", toolFolders: [tools.folder] });
  return { lines, calls: await tools.calls() };
}

describe("describeService", () => {
  test("names a service that the supervisor would start again, and two ways to stop it", async () => {
    const { lines } = await describeIn({});
    expect(lines).toEqual([
      "Gateway service appears enabled. Stop it first.",
      "Tip: openclaw gateway stop",
      "Or: systemctl --user stop openclaw-gateway.service",
    ]);
  });

  test("speaks of the service of its own profile", async () => {
    const { lines } = await describeIn({
      env: { OPENCLAW_PROFILE: "work" },
      unit: "openclaw-gateway-work.service",
    });
    expect(lines.slice(1)).toEqual([
      "Tip: openclaw --profile work gateway stop",
      "Or: systemctl --user stop openclaw-gateway-work.service",
    ]);
  });

  test("says so when the supervisor cannot be asked", async () => {
    const { lines } = await describeIn({ systemctl: { status: { code: 1, stderr: "no bus" } } });
    expect(lines[0]).toBe("Gateway service status unknown; if supervised, stop it first.");
  });

  test.each<[string, Situation]>([
    ["where none is installed, and asks nobody", { unit: null }],
    ["of one that is not started by itself", { systemctl: { "is-enabled": { code: 1 } } }],
    [
      "to the service itself",
      { env: { INVOCATION_ID: "x", OPENCLAW_SYSTEMD_UNIT: "openclaw-gateway.service" } },
    ],
    ["of a name that no service can have", { env: { OPENCLAW_SYSTEMD_UNIT: "a b\nc" } }],
  ])("has nothing to say %s", async (_when, situation) => {
    const { lines, calls } = await describeIn(situation);
    expect(lines).toEqual([]);
    if (situation.unit === null) expect(calls).toEqual([]);
  });
});
