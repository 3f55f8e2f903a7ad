import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";

/** A home whose log holds one line of each subsystem, numbered as one process numbers its lines. */
async function homeWithLog(...subsystems: readonly string[]): Promise<TestHome & { readonly file: string }> {
  const home = await createTestHome();
  const file = join(home.home, "logs", "gateway.log");
  await mkdir(join(home.home, "logs"));
  for (const [index, subsystem] of subsystems.entries()) {
    const name = JSON.stringify({ subsystem });
    const time = new Date(1_795_000_000_000 + index).toISOString();
    const _meta = { name, logLevelName: "INFO", pid: 7, seq: index + 1 };
    await appendFile(file, `${JSON.stringify({ 0: name, 1: `line ${index}`, _meta, time })}\n`);
  }
  await home.configure({ logging: { file } });
  return { ...home, file };
}

// Between the channels' lines stand others, which must not be taken for lost.
const SUBSYSTEMS = [
  "gateway",
  "gateway/channels/irc",
  "gateway/ws",
  "gateway/channels/telegram",
  "gateway/channels",
];

describe("channels logs", () => {
  test("shows what channels wrote and nothing else, without a gateway", async () => {
    await using home = await homeWithLog(...SUBSYSTEMS);
    const { code, stdout, stderr } = await home.openclaw(["channels", "logs"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [first, ...lines] = stdout.trim().split("\n");
    expect(first).toBe("Log file: ~/logs/gateway.log");
    expect(lines.map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "gateway/channels/irc line 1",
      "gateway/channels/telegram line 3",
      "gateway/channels line 4",
    ]);
  });

  test("--channel picks one and no other whose name begins like it, --lines the newest", async () => {
    await using home = await homeWithLog(
      "gateway/channels/irc",
      "gateway/channels/ircd",
      "gateway/channels/irc/x",
    );
    const read = async (...words: string[]) => {
      const { stdout } = await home.openclaw(["channels", "logs", "--json", ...words]);
      const { channel, file, lines } = JSON.parse(stdout) as {
        channel: string;
        file: string;
        lines: { message: string }[];
      };
      expect(file).toBe(home.file);
      return [channel, ...lines.map(({ message }) => message)];
    };
    expect(await read()).toEqual(["all", "line 0", "line 1", "line 2"]);
    expect(await read("--channel", "irc")).toEqual(["irc", "line 0", "line 2"]);
    expect(await read("--channel", "irc", "--lines", "1")).toEqual(["irc", "line 2"]);
  });

  test("says when there is nothing, also when there is no log", async () => {
    await using home = await homeWithLog("gateway");
    const { code, stdout } = await home.openclaw(["channels", "logs", "--channel", "irc"]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Log file: ~/logs/gateway.log\nNo matching log lines.\n",
    });
    await home.configure({ logging: { file: `${home.file}.gone` } });
    expect((await home.openclaw(["channels", "logs"])).stdout).toContain("No matching log lines.\n");
  });

  test("refuses a number of lines that is none", async () => {
    await using home = await homeWithLog();
    const { code, stderr } = await home.openclaw(["channels", "logs", "--lines", "many"]);
    expect(code).toBe(1);
    expect(stderr).toContain("invalid --lines: many (a number of lines, such as 200)");
  });
});
