import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { lastLinesOf, takeLastRun } from "./last-run.ts";

describe("takeLastRun", () => {
  const unit = { OPENCLAW_SYSTEMD_UNIT: "x.service", INVOCATION_ID: "1" };

  test.each([
    [
      "watchdog killed KILL",
      "its event loop stood still and systemd's watchdog killed it (watchdog killed KILL)",
    ],
    ["oom-kill killed KILL", "the system ran out of memory and killed it (oom-kill killed KILL)"],
    ["signal killed KILL", "a signal killed it (signal killed KILL)"],
    ["timeout killed KILL", "it did not start or stop in time and systemd killed it (timeout killed KILL)"],
    ["success exited 0", undefined],
    ["exit-code exited 1", undefined],
    ["constructor", undefined],
    ["", undefined],
  ])("of %j says %j, once", async (text, reason) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "x.service.result");
    await writeFile(path, `${text}\n`);
    const env = { ...unit, XDG_RUNTIME_DIR: folder.path };
    expect((await takeLastRun(env))?.reason).toBe(reason);
    expect(existsSync(path)).toBe(false);
    expect(await takeLastRun(env)).toBeUndefined();
  });

  test("leaves what is not this process's: a gateway by hand, a name that is a path", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "x.service.result");
    await writeFile(path, "watchdog killed KILL\n");
    const byHand = { OPENCLAW_SYSTEMD_UNIT: "x.service", XDG_RUNTIME_DIR: folder.path };
    expect(await takeLastRun(byHand)).toBeUndefined();
    const elsewhere = {
      ...unit,
      OPENCLAW_SYSTEMD_UNIT: "../x.service",
      XDG_RUNTIME_DIR: join(folder.path, "y"),
    };
    expect(await takeLastRun(elsewhere)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
  });
});

describe("lastLinesOf", () => {
  test("gives the newest lines, whole ones only", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.log");
    await writeFile(path, Array.from({ length: 5_000 }, (_, index) => `line number ${index}\n`).join(""));
    const lines = await lastLinesOf(path);
    expect(lines).toHaveLength(200);
    expect([lines[0], lines.at(-1)]).toEqual(["line number 4800", "line number 4999"]);
    await writeFile(path, "short\n");
    expect(await lastLinesOf(path)).toEqual(["short"]);
    expect(await lastLinesOf(join(folder.path, "none"))).toEqual([]);
  });
});
