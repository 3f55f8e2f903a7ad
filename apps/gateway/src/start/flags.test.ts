import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { checkFlags } from "./flags.ts";

describe("checkFlags", () => {
  test.each(["0", "-1", "abc", "1.5", "123456", ""])(
    "refuses the port %j before anything is written",
    async (port) => {
      expect(await checkFlags({ port })).toMatchObject({
        ok: false,
        failure: { exitCode: 1, lines: ["Invalid port"] },
      });
    },
  );

  test("refuses an unknown style of the traffic log", async () => {
    expect(await checkFlags({ wsLog: "loud" })).toMatchObject({
      ok: false,
      failure: { exitCode: 1, lines: ['Invalid --ws-log (use "auto", "full", "compact")'] },
    });
  });

  test.each([
    [{}, "slow"],
    [{ wsLog: "full" }, "slow"],
    [{ verbose: true }, "compact"],
    [{ verbose: true, wsLog: "auto" }, "compact"],
    [{ verbose: true, wsLog: "compact" }, "compact"],
    [{ verbose: true, wsLog: "full" }, "full"],
    [{ verbose: true, compact: true }, "compact"],
  ])("with %j the traffic log is %s", async (flags, trafficLog) => {
    expect(await checkFlags(flags)).toMatchObject({ ok: true, trafficLog });
  });

  test("T-LOG-06 reads secrets from files and knows that they were not on the command line", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "token");
    await writeFile(path, "  from-a-file\n");
    const checked = await checkFlags({ port: 18789, tokenFile: path });
    expect(checked).toMatchObject({
      ok: true,
      flags: { port: 18789, token: "from-a-file" },
      secretsFromFiles: new Set(["token"]),
    });
  });

  test("refuses a secret file that is missing or blank", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "blank"), " \n");
    for (const name of ["missing", "blank"]) {
      const path = join(folder.path, name);
      expect(await checkFlags({ passwordFile: path })).toMatchObject({
        ok: false,
        failure: {
          exitCode: 1,
          lines: [`Cannot read --password-file ${path}: not a readable file with one secret in it`],
        },
      });
    }
  });
});
