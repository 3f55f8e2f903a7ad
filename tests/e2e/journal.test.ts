import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/gateway-process.ts";
import { JOURNALD, ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const obstacle = whyNoUserManager() ?? (JOURNALD === undefined ? "there is no systemd-journald" : undefined);
const title = `what a service prints, under a real journal${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

const OWN_TIME = /^\d{4}-\d{2}-\d{2}T|^\d{2}:\d{2}:\d{2} /;

describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  beforeAll(async () => {
    user = await ManagedUser.create({ hasJournal: true });
    await user.openclaw("gateway", "install", "--port", String(await freePort()));
  });
  afterAll(() => user?.[Symbol.asyncDispose]());

  test("has no time of its own in the journal, which has one for each line", async () => {
    await user.until("the journal has the first lines", async () =>
      (await user.journal(UNIT)).some((line) => line.includes("log file: ")),
    );
    const lines = await user.journal(UNIT);
    expect(lines.filter((line) => OWN_TIME.test(line))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^\[gateway\] listening on ws:\/\/127\.0\.0\.1:\d+/));
  });

  test("has its own time in a file, although the environment tells of a journal", async () => {
    const file = join(user.home, "out.log");
    await user.dropIn(UNIT, `[Service]\nStandardOutput=append:${file}\nStandardError=journal\n`);
    await user.openclaw("gateway", "restart");
    await user.until("the file has the first lines", async () =>
      (await readFile(file, "utf8").catch(() => "")).includes("log file: "),
    );
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines.filter((line) => !OWN_TIME.test(line))).toEqual([]);
  });

  test("tells status why the service does not run, also when its own log is gone; the printed line shows all of it", async () => {
    const blocked = "Gateway start blocked: set gateway.mode=local (current: remote)";
    const log = join(user.home, "gateway.log");
    await user.dropIn(UNIT, "StandardOutput=journal\n");
    await user.openclaw("gateway", "stop");
    await user.openclaw("config", "set", "logging.file", log);
    await user.openclaw("config", "set", "gateway.mode", "remote", "--force");
    await user.openclaw("gateway", "start");
    expect(await user.property(UNIT, "ActiveState")).toBe("failed");
    expect(await readFile(log, "utf8")).toContain(blocked);
    await rm(log);
    const status = user.command("gateway", "status");
    const { stderr } = await user.runBesideJournal(...status);
    expect(stderr).toContain(`\nLast gateway error: ${blocked}`);
    // It is the journal that told: where that cannot be seen there is nothing left to tell from.
    expect((await user.run(...status)).stderr).not.toContain("Last gateway error");
    const [, line = ""] = /^Logs: (.*)$/m.exec(stderr) ?? [];
    const shown = await user.runBesideJournal("sh", "-c", line);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(blocked) });
  });
});
